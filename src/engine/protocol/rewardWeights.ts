/** What a reward function counts for in the sum, which may change as training goes on. */
import { z } from 'zod';

/** A whole number, as JSON's keys can have it. */
const STEP = /^(0|[1-9]\d{0,14})$/;

/** A number, or by training step: linear between the steps that are given, constant before the first and after the last of them. */
export const rewardWeightSchema = z.union([
  z.number(),
  z
    .record(z.string(), z.number())
    .refine((schedule) => Object.keys(schedule).length > 0, 'an object that names at least one step')
    .refine(
      (schedule) => Object.keys(schedule).every((step) => STEP.test(step)),
      'an object whose keys are whole steps, such as {"0": 1, "200": 0.2}',
    )
    .meta({ propertyNames: { pattern: STEP.source } }),
]);
export type RewardWeight = z.output<typeof rewardWeightSchema>;

/** By reward name, in the experiment's order, which is the order of the sum. */
export type RewardWeights = Readonly<Record<string, RewardWeight>>;

/** Whatever names a reward as an experiment does. */
interface Weighed {
  readonly name?: string | undefined;
  readonly function: string;
  readonly weight: RewardWeight;
}

export function weightsOf(rewards: readonly Weighed[]): RewardWeights {
  return Object.fromEntries(rewards.map(({ name, function: usual, weight }) => [name ?? usual, weight]));
}

/** Of an experiment at a step: of completions that were trained on in it, or evaluated after it. */
export function rewardWeights(
  { rewards }: { readonly rewards: readonly Weighed[] },
  step: number,
): Record<string, number> {
  return weightsAt(weightsOf(rewards), step);
}

/** The weight of the completions of a step, those of its evaluation among them. */
export function weightAt(weight: RewardWeight, step: number): number {
  if (typeof weight === 'number') return weight;
  const points = pointsOf(weight);
  const before = points.findLast((point) => point.step <= step);
  const after = points.find((point) => point.step > step);
  if (before === undefined || after === undefined || before.step === step) return (before ?? after)?.weight ?? 0;
  return before.weight + ((after.weight - before.weight) * (step - before.step)) / (after.step - before.step);
}

/** All of them at a step. */
export function weightsAt(weights: RewardWeights, step: number): Record<string, number> {
  return Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, weightAt(weight, step)]));
}

/** Whether it is not the same at every step. */
export function isScheduled(weight: RewardWeight): boolean {
  return typeof weight !== 'number' && new Set(Object.values(weight)).size > 1;
}

/** Whether it is the same at every step of a span, its ends included. */
export function isSteady(weight: RewardWeight, from: number, to: number): boolean {
  if (typeof weight === 'number') return true;
  const inside = pointsOf(weight).filter(({ step }) => step > from && step < to);
  // Linear between points, so it changes nowhere else.
  return new Set([from, ...inside.map(({ step }) => step), to].map((step) => weightAt(weight, step))).size === 1;
}

/** Whether it is another number than 0 at some step: a function of no weight is a metric only. */
export function everWeighs(weight: RewardWeight): boolean {
  return typeof weight === 'number' ? weight !== 0 : Object.values(weight).some((value) => value !== 0);
}

interface SchedulePoint {
  readonly step: number;
  readonly weight: number;
}

/** In the order of their steps. */
function pointsOf(schedule: Readonly<Record<string, number>>): SchedulePoint[] {
  return Object.entries(schedule)
    .map(([step, weight]) => ({ step: Number(step), weight }))
    .sort((a, b) => a.step - b.step);
}
