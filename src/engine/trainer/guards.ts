/**
 * The guards of a run (`protocol/guards.ts`): what each makes of the steps. All that they say follows from what is recorded, so that a run that
 * was killed and resumed warns and stops where it would have.
 */
import { UserError } from '../protocol/errors.ts';
import type { Experiment } from '../protocol/experiment.ts';
import type { GuardName, GuardsConfig } from '../protocol/guards.ts';
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

/** The steps that a guard looks at: what they record, and no more is read of a run that is resumed. */
const WATCHED = ['grad_norm', 'kl', 'entropy'] as const;

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
      for (const { metrics } of reader.metricRows(WATCHED, 1)) guards.add(metrics, false);
    } finally {
      reader.close();
    }
    return guards;
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

/** A step in which no group had an advantage: no update was made, and the gradient is 0 by definition or there is none. */
function isDead(metrics: Metrics): boolean {
  return (metrics['grad_norm'] ?? 0) === 0;
}

function guardsOf({ gradNorm, kl, entropy, deadSteps }: GuardsConfig): Guard[] {
  const guards: Guard[] = [];
  if (gradNorm !== undefined)
    guards.push({
      name: 'gradNorm',
      ...gradNorm,
      passed: (metrics) => compare(metrics['grad_norm'], (norm) => norm > gradNorm.above),
      words: (metrics, row) =>
        `The gradient norm is ${measure(metrics['grad_norm'] ?? NaN)}, above ${gradNorm.above}${rowWords(row)}: look at the completions of the ` +
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
    words: (_, row) =>
      `In the last ${row === 1 ? 'step' : `${row} steps`} the completions of every group scored alike, so nothing was ` +
      'learned. Where all are wrong take easier problems, where all are right harder ones; a larger rollout.groupSize and a reward with ' +
      'more grades tell more completions apart',
  });
  return guards;
}

function compare(value: number | undefined, passes: (value: number) => boolean): boolean | null {
  return value === undefined ? null : passes(value);
}

function rowWords(row: number): string {
  return row === 1 ? '' : ` for ${plural(row, 'step')} in a row`;
}

/** @throws UserError where a guard stops the run after a step, which is in it by then */
export function stopWhereGuarded({ stop }: GuardVerdict, step: number): void {
  if (stop !== null)
    throw new UserError(
      `${stop} So the run was stopped after step ${step}, which it keeps. Resume it to go on all the same, or begin a new one with other settings.`,
    );
}
