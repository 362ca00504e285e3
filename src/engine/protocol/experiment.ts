/**
 * The experiment file, `*.rlvr.json`: one schema from which come the parser, the defaults, the TypeScript types and the
 * JSON schema of the editor. Every value has a default that works, except `model`, `dataset` (or `tasks`) and, for GRPO, `rewards`.
 * Reading a file and its error messages are in `experimentFile.ts`.
 */
import { z } from 'zod';
import { deviceNames } from './devices.ts';
import { RAY, raySchema } from './rayConfig.ts';
import { builtinModelNames } from './builtinModels.ts';
import { builtinRewardNames } from './builtinRewards.ts';
import { curriculumSchema } from './curriculum.ts';
import { datasetSchema } from './datasetConfig.ts';
import { guardsSchema } from './guards.ts';
import { rewardWeightSchema } from './rewardWeights.ts';
import { TASK_NAME } from './taskName.ts';

const fraction = z.number().min(0).max(1);
/** The random numbers' keys have 11 bits for the generation batch of a step. */
const MAX_GENERATION_BATCHES = 2048;

const positiveInt = z.int().min(1);
const count = z.int().min(0);

/** One of several tasks that are trained together. */
const task = z.strictObject({
  weight: z
    .number()
    .positive()
    .default(1)
    .describe("How much of each step's problems it has, in proportion to the other tasks."),
  dataset: datasetSchema,
  rewards: z
    .array(z.string())
    .optional()
    .describe(
      'The names of the rewards that apply to it; all of them unless given. The others are not asked about its completions.',
    ),
  solvedBy: z
    .string()
    .optional()
    .describe(
      'The reward whose value 1 counts as solved here; `evaluation.reward` where it applies, else the first of the rewards that do.',
    ),
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
  weight: rewardWeightSchema
    .default(1)
    .describe(
      'What it counts for in the sum; 0 is a metric only. Or by step, `{ "0": 1, "200": 0.2 }`: linear between the steps, constant outside.',
    ),
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
      'Rows per forward and backward pass at most. A group that fits computes its prompt once. Changes memory and time, and the result only with the aggregation `bnpo`.',
    ),
  gradientCheckpointing: z
    .boolean()
    .default(false)
    .describe(
      'Keep only what goes into each layer and compute the rest a second time on the way back. Takes much less memory and 30 to 50 % more time, and changes no result.',
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

/** What frozen weights are held in. */
const baseWeights = z.enum(['float32', 'float16', 'int8', 'int4']);

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
  weights: baseWeights
    .default('float32')
    .describe(
      'What the frozen base of an adapter is held in while completions are sampled for training: in fewer bits that is faster (`float16` on graphics cards, `int8` on processors), and the difference to the policy that is trained is corrected by importance sampling.',
    ),
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
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe(
      'Of what goes into the adapter in training; a prompt that completions share has one mask for all of them.',
    ),
  targets: z.union([z.literal('all-linear'), z.array(z.string().min(1)).min(1)]).default('all-linear'),
  rankStabilized: z.boolean().default(false).describe('Scale by alpha / sqrt(rank) in place of alpha / rank.'),
  base: baseWeights
    .default('float32')
    .describe(
      'What the frozen model under the adapter is held in while the adapter is trained: fewer bits take less memory; `int8` is faster on processors, `float16` is for graphics cards. Completions are sampled and evaluated from the same form.',
    ),
  from: z.string().optional().describe('A PEFT adapter folder to continue from; its rank, alpha and targets are used.'),
});

const stopEarly = z.strictObject({
  patience: positiveInt.describe('So many evaluations in a row that do not beat the best before them end the run.'),
  minSteps: count.default(0).describe('Fewer steps than these are never the end.'),
});

const evaluation = z.strictObject({
  every: count.default(50).describe('Steps between evaluations; 0 evaluates only before and after.'),
  reward: z
    .string()
    .optional()
    .describe('The reward function whose value 1 counts as solved; the first one unless given.'),
  samples: positiveInt.default(1),
  sampling: z.strictObject({ ...sampling, temperature: sampling.temperature.default(0) }).prefault({}),
  stopEarly: stopEarly
    .optional()
    .describe('Ends the run where the held-out accuracy no longer rises; without it all steps are done.'),
});

const checkpoint = z.strictObject({
  every: positiveInt.default(50),
  keep: positiveInt.default(2).describe('The newest checkpoints kept beside the last.'),
  best: z
    .boolean()
    .default(true)
    .describe(
      'Also keep the policy whose accuracy on the validation part was the highest, the earlier of equals; it takes one more folder.',
    ),
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
      'A Hugging Face model folder, relative to this file; a model of the Hugging Face hub that is on this machine, `owner/name` or ' +
        '`owner/name@revision` (`rlvr get model` fetches it); or `builtin:demo`, the small model of the built-in demo.',
    ),
  dataset: datasetSchema.optional().describe('The problems. An experiment of several tasks has `tasks` in its place.'),
  tasks: z
    .record(z.string(), task)
    .meta({ propertyNames: { pattern: TASK_NAME.source } })
    .optional()
    .describe(
      'Several tasks in one run, in place of `dataset`: by a short name, each with its own dataset and weight, and of the rewards those ' +
        'that apply to it. They are drawn in proportion to their weights and reported apart and together.',
    ),
  rewards: z.array(rewardConfigSchema).default([]),
  method: z.enum(['grpo', 'sft']).default('grpo'),
  algorithm: algorithm.prefault({}),
  training: training.prefault({}),
  curriculum: curriculumSchema.optional(),
  rollout: rollout.prefault({}),
  optimizer: optimizer.prefault({}),
  lora: lora.optional().describe('Low-rank adapters (the default).'),
  full: z.boolean().default(false).describe('Train every weight in place of an adapter.'),
  evaluation: evaluation.prefault({}),
  checkpoint: checkpoint.prefault({}),
  guards: guardsSchema
    .prefault({})
    .describe(
      'When to warn of what the steps record, or to stop the run. In supervised training (`"method": "sft"`) `gradNorm` alone is looked at.',
    ),
  control: z
    .enum(controlNames)
    .optional()
    .describe(
      'A control of the experiment: trained on a random reward, with its own rewards as metrics, or only measured. Usually set by `rlvr train --control`.',
    ),
  seed: z.int().min(0).max(0xffffffff).default(0),
  device: z
    .enum([...deviceNames, RAY])
    .default('auto')
    .describe(
      'What computes. `auto` is the CPU, on which a run is the same bytes everywhere; `gpu` the first of CUDA, DirectML, WebGPU and CoreML that works here. What does not work is replaced by the CPU with a warning. `ray` is a cluster, see `ray`.',
    ),
  ray: raySchema.optional().describe('The cluster of `device: "ray"`, and what each run takes of it.'),
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
export type StopEarlyConfig = z.output<typeof stopEarly>;
export type LoraConfig = z.output<typeof lora>;
/** An adapter, whatever its base is held in. */
export type AdapterOptions = Omit<LoraConfig, 'base'>;
export type RolloutConfig = Experiment['rollout'];
export type CostConfig = z.output<typeof cost>;
/** One entry of `tasks`; `tasks.ts` has what follows from it. */
export type TaskConfig = z.output<typeof task>;
/** How one token is drawn. */
export type SamplingConfig = Experiment['evaluation']['sampling'];
