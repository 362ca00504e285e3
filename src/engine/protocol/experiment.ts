/**
 * The experiment file, `*.rlvr.json`: one schema from which come the parser, the defaults, the TypeScript types and the
 * JSON schema of the editor. Every value has a default that works, except `model`, `dataset` and, for GRPO, `rewards`.
 * Reading a file and its error messages are in `experimentFile.ts`.
 */
import { z } from 'zod';
import { answerFormatNames } from './answerFormats.ts';
import { builtinModelNames } from './builtinModels.ts';
import { builtinRewardNames } from './builtinRewards.ts';
import { fewShotSetNames } from './fewShotSets.ts';

const fraction = z.number().min(0).max(1);
/** The random numbers' keys have 11 bits for the generation batch of a step. */
const MAX_GENERATION_BATCHES = 2048;

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

const dataset = z.strictObject({
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

/** One reward function as an experiment names it. */
export const rewardConfigSchema = z.strictObject({
  file: z
    .string()
    .optional()
    .describe(
      'A module in TypeScript, JavaScript or Python (`.py`), relative to this file; without it, a built-in reward.',
    ),
  function: z
    .string()
    .meta({ examples: [...builtinRewardNames] })
    .describe(
      'The exported function, or the name of a built-in reward. In Python a function with the parameters that TRL or verl gives one.',
    ),
  name: z.string().optional().describe("The metric's name; the function's name unless given."),
  weight: z.number().default(1),
  timeout: z.number().positive().default(2).describe('Seconds that one completion may take.'),
  per: z
    .enum(['completion', 'group'])
    .default('completion')
    .describe(
      'What one call is given: a completion, or the whole group as an array. In Python the parameters of the function say it.',
    ),
  options: z
    .record(z.string(), z.unknown())
    .default({})
    .describe(
      'Passed to a built-in reward, or as `options` to your function; in Python each as an argument of its name.',
    ),
});

export const advantageNames = ['group', 'batch', 'none', 'rloo', 'reinforce++', 'reinforce++-baseline'] as const;
export const tokenLossNames = ['clipped', 'dualClip', 'cispo', 'gspo', 'sapo'] as const;
export const aggregationNames = ['grpo', 'dapo', 'bnpo', 'dr_grpo'] as const;
export const presetNames = ['grpo', 'dapo', 'bnpo', 'dr_grpo', 'cispo', 'gspo', 'sapo', 'rloo', 'reinforce++'] as const;

const algorithm = z.strictObject({
  preset: z
    .enum(presetNames)
    .optional()
    .describe("TRL's loss types and relatives: sets the keys below that are not given."),
  advantage: z.enum(advantageNames).default('group'),
  rewardNormalization: z
    .enum(['sum', 'each'])
    .default('sum')
    .describe('Weighted sum, then normalise; or normalise each first (GDPO).'),
  tokenLoss: z.enum(tokenLossNames).default('clipped'),
  aggregation: z.enum(aggregationNames).default('dapo'),
  clip: z
    .strictObject({
      low: z.number().min(0).default(0.2),
      high: z.number().min(0).default(0.2),
      dual: z.number().gt(1).default(3).describe('The bound c of the dual clip.'),
      delta: z.number().gt(1).optional().describe("TRL's two-sided clipping: an upper bound of the unclipped ratio."),
      cap: z.number().positive().default(5).describe("CISPO's absolute cap of the ratio."),
      tauPositive: z.number().positive().default(1).describe("SAPO's temperature where the advantage is positive."),
      tauNegative: z.number().positive().default(1.05),
    })
    .prefault({}),
  beta: z.number().min(0).default(0).describe('Weight of the KL term to the reference policy.'),
  kl: z.enum(['k1', 'k2', 'k3']).default('k3'),
  entropyBonus: z.number().min(0).default(0),
  maskTruncated: z.boolean().default(false).describe('Leave completions that were cut by length out of the loss.'),
  dynamicSampling: z
    .union([z.literal(false), z.strictObject({ maxBatches: positiveInt.max(MAX_GENERATION_BATCHES).default(10) })])
    .default(false)
    .describe('Keep only groups whose rewards differ and draw more problems until the batch is full (DAPO).'),
  importanceSampling: z
    .union([
      z.literal(false),
      z.strictObject({
        mode: z.enum(['truncate', 'mask']).default('truncate'),
        cap: z.number().positive().default(2),
        low: z.number().min(0).default(0.5),
        high: z.number().positive().default(5),
      }),
    ])
    .default(false)
    .describe('Correct for the difference between the sampling and the training policy.'),
});

const training = z.strictObject({
  steps: count.default(100),
  problemsPerStep: positiveInt.default(8),
  microBatch: positiveInt
    .default(8)
    .describe(
      'Rows per forward and backward pass at most; changes memory and time, and the result only with the aggregation `bnpo`.',
    ),
  iterations: positiveInt.default(1).describe('Optimiser passes over each rollout batch (mu).'),
  miniBatches: positiveInt.default(1).describe('Optimiser steps into which each pass is split.'),
});

const sampling = {
  temperature: z.number().min(0).default(1).describe('0 is greedy.'),
  topP: fraction.default(1),
  topK: count.default(0).describe('0 keeps every token.'),
  minP: fraction.default(0),
  repetitionPenalty: z.number().positive().default(1),
};

const rollout = z.strictObject({
  groupSize: positiveInt.default(8),
  ...sampling,
  maxCompletionLength: positiveInt.default(256),
  stop: z
    .array(z.string().min(1))
    .default([])
    .describe('Strings at which a completion ends; the text is cut before them.'),
  stopTokens: z
    .array(count)
    .default([])
    .describe("Token ids that end a completion beside the model's end-of-sequence tokens."),
  maxRows: positiveInt.default(256).describe('Rows decoded at once; finished rows are refilled.'),
});

const optimizer = z.strictObject({
  learningRate: z.number().positive().default(1e-5),
  schedule: z.enum(['constant', 'linear', 'cosine']).default('constant'),
  warmupSteps: count.default(0),
  decayFraction: fraction
    .default(1)
    .describe('The last part of the run over which a linear or cosine schedule decays; before it the rate is held.'),
  finalFraction: fraction.default(0).describe('What is left of the learning rate at the end of the decay.'),
  beta1: z.number().min(0).lt(1).default(0.9),
  beta2: z.number().min(0).lt(1).default(0.999),
  epsilon: z.number().positive().default(1e-8),
  weightDecay: z.number().min(0).default(0),
  maxGradNorm: z.number().min(0).default(1).describe('0 clips nothing.'),
});

const lora = z.strictObject({
  rank: positiveInt.default(16),
  alpha: z.number().positive().default(32),
  dropout: z.number().min(0).lt(1).default(0),
  targets: z.union([z.literal('all-linear'), z.array(z.string().min(1)).min(1)]).default('all-linear'),
  rankStabilized: z.boolean().default(false).describe('Scale by alpha / sqrt(rank) in place of alpha / rank.'),
  from: z.string().optional().describe('A PEFT adapter folder to continue from; its rank, alpha and targets are used.'),
});

const evaluation = z.strictObject({
  every: count.default(50).describe('Steps between evaluations; 0 evaluates only before and after.'),
  reward: z
    .string()
    .optional()
    .describe('The reward function whose value 1 counts as solved; the first one unless given.'),
  samples: positiveInt.default(1),
  sampling: z.strictObject({ ...sampling, temperature: sampling.temperature.default(0) }).prefault({}),
});

const checkpoint = z.strictObject({
  every: positiveInt.default(50),
  keep: positiveInt.default(2).describe('The newest checkpoints kept beside the last.'),
});

/** What an experiment is repeated without, to see what is left of a gain. */
export const controlNames = ['random-reward', 'no-training'] as const;
export type ControlName = (typeof controlNames)[number];

/** Prices change nothing that is computed: no run is another because of them. */
const cost = z
  .strictObject({
    perHour: z.number().min(0).optional().describe('What an hour on this machine costs.'),
    watts: z.number().min(0).optional().describe('What the machine draws while it trains.'),
    pricePerKilowattHour: z.number().min(0).optional().describe('What a kilowatt-hour costs; counts with `watts`.'),
    currency: z
      .string()
      .min(1)
      .max(8)
      .optional()
      .meta({ examples: ['EUR', 'USD'] })
      .describe('Of the prices, as it is shown.'),
  })
  .refine(({ perHour, watts }) => perHour !== undefined || watts !== undefined, 'an object with `perHour` or `watts`');

export const experimentSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().optional(),
  model: z
    .string()
    .meta({ examples: [...builtinModelNames] })
    .describe(
      'A Hugging Face model folder, relative to this file; or `builtin:demo`, the small model of the built-in demo.',
    ),
  dataset,
  rewards: z.array(rewardConfigSchema).default([]),
  method: z.enum(['grpo', 'sft']).default('grpo'),
  algorithm: algorithm.prefault({}),
  training: training.prefault({}),
  rollout: rollout.prefault({}),
  optimizer: optimizer.prefault({}),
  lora: lora.optional().describe('Low-rank adapters (the default).'),
  full: z.boolean().default(false).describe('Train every weight in place of an adapter.'),
  evaluation: evaluation.prefault({}),
  checkpoint: checkpoint.prefault({}),
  control: z
    .enum(controlNames)
    .optional()
    .describe(
      'A control of the experiment: trained on a random reward, with its own rewards as metrics, or only measured. Usually set by `rlvr train --control`.',
    ),
  seed: z.int().min(0).max(0xffffffff).default(0),
  device: z.enum(['auto', 'cpu', 'cuda', 'dml', 'coreml', 'webgpu']).default('auto'),
  threads: count
    .default(0)
    .describe(
      'Threads of ONNX Runtime; 0 takes the number of physical cores, in the editor one fewer. Part of what makes a run reproducible.',
    ),
  cost: cost.optional().describe('Prices, by which `rlvr cost` and the Dashboard say what a run costs.'),
});

/** What a file may say. */
export type ExperimentInput = z.input<typeof experimentSchema>;
/** An experiment with every default filled in (`resolveExperiment` of `experimentFile.ts` also applies the preset and the method's needs). */
export type Experiment = z.output<typeof experimentSchema>;
export type AlgorithmConfig = Experiment['algorithm'];
export type RewardConfig = Experiment['rewards'][number];
export type OptimizerConfig = Experiment['optimizer'];
export type LoraConfig = z.output<typeof lora>;
export type CostConfig = z.output<typeof cost>;
export type DatasetConfig = Experiment['dataset'];
export type RowSelection = z.output<typeof rowSelection>;
/** How one token is drawn. */
export type SamplingConfig = Experiment['evaluation']['sampling'];
