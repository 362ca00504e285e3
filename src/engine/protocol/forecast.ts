/** What a run is expected to be like and to take, from a small sample of it: see docs/preflight.md. */
import { z } from 'zod';
import { signalCauses } from './panels/signal.ts';

const count = z.int().nonnegative();
const amount = z.number().nonnegative();

/** A value that is expected, with the range in which it will likely lie. */
const estimate = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });

/** By the clock, and of all processors together; null where the system does not say what processes take. */
const spentTime = z.strictObject({ seconds: estimate, cpuSeconds: estimate.nullable() });
export type ForecastTime = z.output<typeof spentTime>;

export const forecastSchema = z.strictObject({
  version: z.literal(1),
  /** Of the experiment as it is resolved, its model, its data and its rewards: a forecast is of no other run. */
  fingerprint: z.string(),
  seed: count,
  /** Training steps of the run. */
  steps: count,
  groupSize: count,
  /** What was looked at. `wholeSteps`: a step was sampled whole; otherwise its time is reckoned from a part. */
  sample: z.strictObject({
    problems: count,
    completions: count,
    wholeSteps: z.boolean(),
    /** Held-out problems. */
    heldOut: count,
    seconds: amount,
  }),
  /** What the untrained policy does; null where nothing is trained. */
  signal: z
    .strictObject({
      /** Share of groups in which a completion has an advantage: Wilson's interval. */
      advantage: estimate,
      /** Groups without one, by cause. */
      causes: z.array(z.strictObject({ cause: z.enum(signalCauses), count })),
      /** Expected of groups of other sizes; empty where rewards are more than right and wrong, or none of either was seen. */
      otherGroupSizes: z.array(z.strictObject({ groupSize: count, advantage: amount })),
      /** Share of completions cut off at the greatest length: a bootstrap over groups. */
      truncated: estimate,
      /** Tokens: a bootstrap over groups. */
      completionLength: estimate,
    })
    .nullable(),
  /** Of the first steps, without evaluation; null where nothing is trained. */
  step: spentTime.nullable(),
  /** From the beginning to the last step, with all evaluations on the way. */
  total: spentTime,
  /** Where the time goes, in seconds by the clock: what is expected of each. */
  parts: z.strictObject({ start: amount, steps: amount, evaluations: amount, saving: amount }),
  /** The test part, behind the last step; null where there is none. */
  test: spentTime.nullable(),
  /** Memory of all processes at once, in bytes; null where the system does not say it. */
  peakBytes: estimate.nullable(),
  /** Memory that the machine had left before anything was loaded, in bytes. */
  availableBytes: amount,
  /** By the prices of the experiment, of the total with the test part; null where it has none. */
  cost: z
    .strictObject({
      kilowattHours: estimate.nullable(),
      money: estimate.nullable(),
      currency: z.string().nullable(),
    })
    .nullable(),
});

export type Forecast = z.output<typeof forecastSchema>;

/** Asked of an engine without a run. */
export const preflightRequestSchema = z.strictObject({
  kind: z.literal('preflight'),
  /** Of an experiment file, absolute; it is tried as it is saved. */
  path: z.string(),
});
export type PreflightRequest = z.output<typeof preflightRequestSchema>;

/** How far a preflight has come. */
export const preflightProgressSchema = z.object({
  phase: z.literal('preflight'),
  /** The step that is tried; 0 before the first and where none is. */
  step: count,
  doing: z.enum(['load', 'rollout', 'reward', 'train', 'eval']),
  /** Of what is done at the moment, from 0 to 1. */
  share: amount,
});
export type PreflightProgress = z.output<typeof preflightProgressSchema>;

export const preflightReplySchema = z.object({
  kind: z.literal('preflight'),
  forecast: forecastSchema,
  /** The forecast in words. */
  text: z.string(),
});
export type PreflightReply = z.output<typeof preflightReplySchema>;
