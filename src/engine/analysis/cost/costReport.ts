/** What a run cost, what each point of accuracy cost, and what more of the same would. */
import type { CostConfig } from '../../protocol/experiment.ts';
import type { Estimate } from '../../protocol/metrics.ts';
import { spent, type Spent } from './spent.ts';

/** What is known of a run. */
export interface CostFacts {
  /** Training steps that are in the run. */
  readonly steps: number;
  /** Sum of what they took, with their rewards and evaluations. */
  readonly seconds: number;
  readonly problemsPerStep: number;
  /** Problems of the training part; null where the run does not say. */
  readonly trainingProblems: number | null;
  /** Change of the held-out accuracy from before the first step to the newest evaluation, as a fraction; null where it was not measured. */
  readonly gain: Estimate | null;
  /** What the steps up to that evaluation took; what was trained after it has brought no gain that is known. */
  readonly gainSeconds: number;
}

/** What a projection assumes otherwise than the run; what is not given is as in the run. */
export interface Assumptions {
  readonly problems?: number | undefined;
  /** How often each problem is drawn; 1 unless given, where `problems` is. */
  readonly epochs?: number | undefined;
  /** Parameters of the other model, and of this one. */
  readonly model?: { readonly parameters: number; readonly own: number } | undefined;
}

export interface Projection {
  readonly steps: number;
  readonly spent: Spent;
  /** What it rests on, in sentences. */
  readonly assumes: readonly string[];
}

export interface CostReport {
  readonly total: Spent;
  /** null before the first step. */
  readonly perStep: Spent | null;
  readonly perPoint: PerPoint;
  readonly projection: Projection | null;
}

/** For each percentage point of accuracy gained; `unknown` where nothing was measured, `none` where chance explains the gain. */
export type PerPoint =
  | { readonly kind: 'unknown' | 'none' }
  /** `range`: by the upper and the lower end of the gain's interval. */
  | {
      readonly kind: 'gained';
      readonly points: number;
      readonly spent: Spent;
      readonly range: readonly [Spent, Spent];
    };

export function costReport(facts: CostFacts, cost: CostConfig, assumptions: Assumptions | null): CostReport {
  const { steps, seconds } = facts;
  return {
    total: spent(seconds, cost),
    perStep: steps === 0 ? null : spent(seconds / steps, cost),
    perPoint: perPoint(facts, cost),
    projection: assumptions === null ? null : projection(facts, cost, assumptions),
  };
}

function perPoint({ gain, gainSeconds }: CostFacts, cost: CostConfig): PerPoint {
  if (gain === null) return { kind: 'unknown' };
  if (gain.low <= 0) return { kind: 'none' };
  const at = (fraction: number): Spent => spent(gainSeconds / (100 * fraction), cost);
  return {
    kind: 'gained',
    points: 100 * gain.value,
    spent: at(gain.value),
    range: [at(gain.high), at(gain.low)],
  };
}

/** null before the first step, and where the run does not say how many problems an epoch has. */
function projection(facts: CostFacts, cost: CostConfig, assumptions: Assumptions): Projection | null {
  const { steps, seconds, problemsPerStep, trainingProblems } = facts;
  if (steps === 0) return null;
  const assumes = ['Each step takes as long as the mean step of this run.'];
  let wanted = steps;
  if (assumptions.problems !== undefined || assumptions.epochs !== undefined) {
    const problems = assumptions.problems ?? trainingProblems;
    if (problems === null) return null;
    wanted = Math.ceil((problems * (assumptions.epochs ?? 1)) / problemsPerStep);
  }
  let factor = 1;
  if (assumptions.model !== undefined) {
    factor = assumptions.model.parameters / assumptions.model.own;
    assumes.push(
      'Time grows in proportion to the number of parameters: an estimate of its size, since attention, memory and rewards do not.',
    );
  }
  return { steps: wanted, spent: spent((seconds / steps) * wanted * factor, cost), assumes };
}
