/**
 * The guards of a run (`protocol/guards.ts`): what each makes of the steps. All that they say follows from what is recorded, so that a run that
 * was killed and resumed warns and stops where it would have.
 */
import { UserError } from '../protocol/errors.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { STOP_METRIC, type GuardName, type GuardsConfig } from '../protocol/guards.ts';
import type { Metrics } from '../protocol/metrics.ts';
import { RunReader } from '../run/reader.ts';
import { measure, plural } from '../words/format.ts';

interface Guard {
  readonly name: GuardName;
  /** So many steps in a row. */
  readonly inARow: number;
  readonly action: 'warn' | 'stop';
  /** Whether a step passes the bound; null where it does not say. */
  readonly passed: (metrics: Metrics) => boolean | null;
  /** @param row how many steps in a row it was */
  readonly words: (metrics: Metrics, row: number) => string;
}

const LEARNED_FROM = 'completions/learned_from_frac';

/** What guards look at; no more is read of a run that is resumed. */
const WATCHED = [
  'grad_norm',
  'grad_norm_max',
  'kl',
  'entropy',
  LEARNED_FROM,
  'frac_reward_zero_std',
  STOP_METRIC,
] as const;

type Guarded = Pick<Experiment, 'guards' | 'method'>;

export interface GuardVerdict {
  readonly warnings: readonly string[];
  /** Why the run is to stop after this step; null where it goes on. */
  readonly stop: string | null;
}

export class Guards {
  readonly #guards: readonly Guard[];
  readonly #rows = new Map<GuardName, number>();
  #everLearned = false;
  #recordedStop: string | null = null;

  constructor({ guards, method }: Guarded) {
    // Demonstrations are learned by heart on purpose, and always teach something.
    this.#guards = guardsOf(guards).filter(({ name }) => method === 'grpo' || name === 'gradNorm');
  }

  /** Takes up what the run recorded until now. */
  static ofRun(experiment: Guarded, runDir: string): Guards {
    const guards = new Guards(experiment);
    const reader = RunReader.open(runDir);
    try {
      // The evaluation before the first step is recorded as step 0.
      for (const { metrics } of reader.metricRows(WATCHED, 1)) {
        const { stop } = guards.add(metrics, false);
        guards.#recordedStop = metrics[STOP_METRIC] === 1 ? stop : null;
      }
    } finally {
      reader.close();
    }
    return guards;
  }

  /** Why the run was to stop after the last step that it recorded; null where it was to go on. */
  get recordedStop(): string | null {
    return this.#recordedStop;
  }

  /** What there is to say after a step. @param last whether none comes after it */
  add(metrics: Metrics, last: boolean): GuardVerdict {
    this.#everLearned ||= !isDead(metrics);
    const warnings: string[] = [];
    const stops: string[] = [];
    for (const guard of this.#guards) {
      const row = this.#rowAfter(guard, metrics);
      const said = `${guard.words(metrics, row)} (guards.${guard.name}).`;
      if (guard.action === 'stop' && row > 0 && row % guard.inARow === 0 && !last) stops.push(said);
      else if (row === guard.inARow || (guard.name === 'deadSteps' && this.#learnedNothing(row, guard, last)))
        warnings.push(said);
    }
    return { warnings, stop: stops.length === 0 ? null : stops.join(' ') };
  }

  #rowAfter({ name, passed }: Guard, metrics: Metrics): number {
    const before = this.#rows.get(name) ?? 0;
    const verdict = passed(metrics);
    const row = verdict === null ? before : verdict ? before + 1 : 0;
    this.#rows.set(name, row);
    return verdict === true ? row : 0;
  }

  /** A run too short for a row says at its end that it learned nothing at all. */
  #learnedNothing(row: number, { inARow }: Guard, last: boolean): boolean {
    return last && !this.#everLearned && row > 0 && row < inARow;
  }
}

/** A step that taught nothing, though a KL term or an entropy bonus may have moved the policy. Without any update nothing is recorded. */
function isDead(metrics: Metrics): boolean {
  return (metrics[LEARNED_FROM] ?? 0) === 0;
}

/** The largest of a step's optimiser steps. */
function largestNorm(metrics: Metrics): number | undefined {
  return metrics['grad_norm_max'] ?? metrics['grad_norm'];
}

function guardsOf({ gradNorm, kl, entropy, deadSteps }: GuardsConfig): Guard[] {
  const guards: Guard[] = [];
  if (gradNorm !== undefined)
    guards.push({
      name: 'gradNorm',
      ...gradNorm,
      passed: (metrics) => compare(largestNorm(metrics), (norm) => norm > gradNorm.above),
      words: (metrics, row) =>
        `The gradient norm is ${measure(largestNorm(metrics) ?? NaN)}, above ${gradNorm.above}${rowWords(row)}: look at the completions of the ` +
        'step with the largest advantages; a lower optimizer.learningRate or optimizer.maxGradNorm takes smaller steps',
    });
  if (kl !== undefined)
    guards.push({
      name: 'kl',
      ...kl,
      passed: (metrics) => compare(metrics['kl'], (value) => value > kl.above),
      words: (metrics, row) =>
        `The policy is ${measure(metrics['kl'] ?? NaN)} nats per token away from its reference, above ${kl.above}${rowWords(row)}: see in Outputs ` +
        'whether what it writes still makes sense; a larger algorithm.beta or a lower optimizer.learningRate keeps it closer',
    });
  guards.push({
    name: 'entropy',
    ...entropy,
    passed: (metrics) => compare(metrics['entropy'], (value) => value < entropy.below),
    words: (metrics, row) =>
      `The entropy is ${measure(metrics['entropy'] ?? NaN)} nats per token, below ${entropy.below}${rowWords(row)}: the completions of a group ` +
      'hardly differ any more. Where the problems are not solved, a higher rollout.temperature, algorithm.entropyBonus or algorithm.beta keeps the policy exploring',
  });
  guards.push({
    name: 'deadSteps',
    ...deadSteps,
    passed: isDead,
    words: (metrics, row) =>
      `Nothing was learned in the last ${row === 1 ? 'step' : `${row} steps`}: ${whyDead(metrics)}`,
  });
  return guards;
}

/** Why a step taught nothing. */
function whyDead(metrics: Metrics): string {
  const share = metrics['frac_reward_zero_std'] ?? 1;
  if (share < 1)
    return (
      'the completions that scored differently were cut off at rollout.maxCompletionLength, and algorithm.maskTruncated leaves those out. ' +
      'A larger rollout.maxCompletionLength lets more of them end'
    );
  return (
    'the completions of every group scored alike. Where all are wrong take easier problems, where all are right harder ones; a larger ' +
    'rollout.groupSize and a reward with more grades tell more completions apart'
  );
}

function compare(value: number | undefined, passes: (value: number) => boolean): boolean | null {
  return value === undefined ? null : passes(value);
}

function rowWords(row: number): string {
  return row === 1 ? '' : ` for ${plural(row, 'step')} in a row`;
}

/** What a step records of its verdict. */
export function guardMetrics({ stop }: Pick<GuardVerdict, 'stop'>): Metrics {
  return stop === null ? {} : { [STOP_METRIC]: 1 };
}

/** @throws UserError where a guard stops the run after a step, which is in it by then */
export function stopWhereGuarded({ stop }: Pick<GuardVerdict, 'stop'>, step: number): void {
  if (stop !== null)
    throw new UserError(
      `${stop} So the run was stopped after step ${step}, which it keeps. Resume it to go on all the same, or begin a new one with other settings.`,
    );
}
