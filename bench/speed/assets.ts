/** What every benchmark of speed is given, ours and the peers' alike: one model folder, and prompts as token ids. */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import problems from '../../src/engine/data/fewShot/rlvr-cot.json' with { type: 'json' };
import { Tokenizer } from '../../src/engine/model/tokenizer.ts';
import { uniforms } from '../../src/engine/random/keyed.ts';
import { withRandomGpt2 } from '../randomModel.ts';

const GSM8K = join(import.meta.dirname, '../../test/fixtures/gsm8k/train.jsonl');

/** As the experiments of the benchmarks write a problem. */
export const PROMPT_TEMPLATE = 'Question: {question}\nAnswer:';

/** Names of files in the folder of assets, which is the model folder itself. */
export const PROMPTS_FILE = 'prompts.json';
export const PROBLEMS_FILE = 'problems.jsonl';

/** Rows of one group, in every benchmark that has groups. */
export const GROUP_SIZE = 8;
/** Tokens of each prompt of `context`: with 32 new ones the mean context is 256. */
export const CONTEXT_PROMPT = 240;
/** As many rows as are ever decoded at once. */
const CONTEXT_ROWS = 32;
/** Tokens of each completion that is trained on. */
const COMPLETION_TOKENS = 128;

const tokens = z.array(z.int());
const schema = z.object({
  /** GSM8K problems without examples, of 30 to 111 tokens, and their texts. */
  zeroShot: z.array(tokens),
  zeroShotTexts: z.array(z.string()),
  /** A GSM8K problem after eight worked ones: 650 tokens or so. */
  eightShot: tokens,
  /** Pieces of a text of GSM8K problems, all different, `CONTEXT_PROMPT` tokens each. */
  context: z.array(tokens),
  /** Random tokens, as a model with random weights writes them: `[GROUP_SIZE][COMPLETION_TOKENS]`. */
  completions: z.array(tokens),
});

export type Prompts = z.infer<typeof schema>;

/** Calls `use` with a folder that has a model of GPT-2 124M's shape, its tokenizer, GSM8K problems and `PROMPTS_FILE`; it is removed afterwards. */
export function withAssets<T>(use: (folder: string) => Promise<T>): Promise<T> {
  return withRandomGpt2(async (folder) => {
    await copyFile(GSM8K, join(folder, PROBLEMS_FILE));
    await writeFile(join(folder, PROMPTS_FILE), JSON.stringify(await makePrompts(await Tokenizer.load(folder))));
    return use(folder);
  });
}

export async function readPrompts(folder: string): Promise<Prompts> {
  return schema.parse(JSON.parse(await readFile(join(folder, PROMPTS_FILE), 'utf8')));
}

const problemSchema = z.object({ question: z.string(), answer: z.string() });

async function makePrompts(tokenizer: Tokenizer): Promise<Prompts> {
  const lines = (await readFile(GSM8K, 'utf8')).trim().split('\n');
  const rows = lines.map((line) => problemSchema.parse(JSON.parse(line)));
  const encode = (text: string): number[] => [...tokenizer.encode(text)];
  const zeroShotTexts = rows.map(({ question }) => asPrompt(question));
  const examples = problems.slice(0, 8).map(({ question, answer }) => `${asPrompt(question)} ${answer}\n`);
  const text = encode(rows.map(({ question, answer }) => `${asPrompt(question)} ${answer}\n`).join(''));
  const stride = Math.floor((text.length - CONTEXT_PROMPT) / CONTEXT_ROWS);
  const next = uniforms(0, 'sample');
  return {
    zeroShot: zeroShotTexts.map(encode),
    zeroShotTexts,
    eightShot: encode(examples.join('') + asPrompt(rows[0]?.question ?? '')),
    context: Array.from({ length: CONTEXT_ROWS }, (_, row) => text.slice(row * stride, row * stride + CONTEXT_PROMPT)),
    completions: Array.from({ length: GROUP_SIZE }, () =>
      Array.from({ length: COMPLETION_TOKENS }, () => Math.floor(next() * tokenizer.vocabularySize)),
    ),
  };
}

function asPrompt(question: string): string {
  return PROMPT_TEMPLATE.replace('{question}', () => question);
}
