/** The dataset of an experiment, or of one of its tasks: a source of problems, their parts, and how their prompts are written. */
import { z } from 'zod';
import { answerFormatNames } from './answerFormats.ts';
import { fewShotSetNames } from './fewShotSets.ts';

const positiveInt = z.int().min(1);
const count = z.int().min(0);

/** Fits rows of GSM8K; rows with a `prompt` column and no `question` need no template (data/question.ts). */
export const DEFAULT_PROMPT = '{question}\n';

/** Rows that have these values in these columns. */
const rowSelection = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .refine((columns) => Object.keys(columns).length > 0, 'an object that names at least one column');

/** How many rows are carved from the source, by seed: a number of them, or a share of all below 1. */
const rowCount = z
  .number()
  .positive()
  .refine((rows) => rows < 1 || Number.isInteger(rows), 'a whole number of rows, or a share of them below 1');

export const datasetSchema = z.strictObject({
  source: z
    .string()
    .describe(
      'The problems: a JSONL, JSON, CSV, TSV or Parquet file, relative to this file; or a dataset of the Hugging Face hub, ' +
        '`hf:owner/name`, and behind it where needed `@revision`, `/files-*.parquet` or `?config=main&split=train`. ' +
        '`rlvr get dataset` fetches it; training reads what is here.',
    ),
  test: z
    .union([rowCount, z.string(), rowSelection])
    .optional()
    .describe(
      'Problems that are never trained on or looked at before the final evaluation and `rlvr eval`: a file or a dataset of the hub, ' +
        'how many are carved from the source, or the rows of the source with these values.',
    ),
  validation: z
    .union([rowCount, z.string(), rowSelection])
    .default(256)
    .describe(
      'The problems for evaluation: how many are carved from the source, by seed (256), or which share of it (0.1); a file or a dataset ' +
        'of the hub of their own; or the rows of the source with these values, such as `{"split": "validation"}`.',
    ),
  splitSeed: z
    .int()
    .min(0)
    .max(0xffffffff)
    .optional()
    .describe(
      "Decides which rows are carved and drawn as examples; the experiment's seed unless given. With it, runs of several seeds share their parts.",
    ),
  overlap: z
    .enum(['expected'])
    .optional()
    .describe(
      '`expected` where the problems are alike by design, as those made of a few templates are: that some of a part nearly repeat others is ' +
        'then no warning. Those that ask the same as another are always warned of.',
    ),
  columns: z
    .record(z.string(), z.string())
    .default({})
    .describe(
      'Names for columns whose names are others: `{"question": "problem", "answer": "meta.solution"}`. The row keeps its own beside them.',
    ),
  prompt: z
    .string()
    .default(DEFAULT_PROMPT)
    .describe('Template of the prompt; `{column}` is replaced by that column of the row.'),
  completion: z
    .string()
    .default('{answer}')
    .describe('Template of the worked answer: what `method: "sft"` learns from, and what worked examples show.'),
  format: z
    .enum(answerFormatNames)
    .optional()
    .describe(
      'How the model is asked to give its answer: `gsm8k` (a last line `#### 72`), `boxed` (`\\boxed{72}`), `think` (reasoning in ' +
        '`<think>` tags, the answer in `<answer>` tags) or `think-boxed` (both). The instruction is put into the system message with `chat`, ' +
        'else in front of the prompt, and worked examples and demonstrations are written in that form.',
    ),
  system: z.string().optional().describe('System message; used with `chat`.'),
  chat: z.boolean().default(false).describe("Render the prompt as a user message through the model's chat template."),
  fewShot: z
    .union([
      count,
      z
        .string()
        .min(1)
        .meta({ examples: [...fewShotSetNames] }),
      z.array(z.record(z.string(), z.unknown())),
    ])
    .default(0)
    .describe(
      'Worked examples before the question, as text or with `chat` as earlier turns: a number drawn from the training part by seed (they ' +
        'are not trained on); `rlvr-cot-8` or `rlvr-cot-5`, worked problems of our own in the style of chain-of-thought prompting; a file ' +
        'of rows, relative to this file; or the rows themselves.',
    ),
  filter: z
    .strictObject({ maxPromptTokens: positiveInt.optional() })
    .default({})
    .describe('Leave out rows whose prompt is longer, with a count, in place of an error.'),
});

export type DatasetConfig = z.output<typeof datasetSchema>;
export type RowSelection = z.output<typeof rowSelection>;
