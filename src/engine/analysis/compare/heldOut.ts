/** What a run solved of its held-out problems, problem by problem. */
import type { EvaluationSummary } from '../../protocol/events.ts';
import { readSolved } from '../../run/outputs/solved.ts';
import type { RunReader } from '../../run/reader.ts';

export type HeldOutSplit = EvaluationSummary['split'];

/** One evaluation, by problem (row of the dataset file). */
export interface HeldOutResults {
  readonly step: number;
  /** Completions of each problem. */
  readonly samples: number;
  /** The share of them that is solved, 0 to 1. */
  readonly shares: ReadonlyMap<number, number>;
  /** What is in the dataset at that row, as text: equal texts are the same problem. */
  readonly rows: ReadonlyMap<number, string>;
}

/** The evaluations of a run that a comparison is about, null where there is none. */
export interface Milestones {
  /** The newest on the validation part. */
  readonly final: EvaluationSummary | null;
  /** The highest on the validation part, the first of equals; that of step 0 may be it. */
  readonly best: EvaluationSummary | null;
  /** How many it was chosen from. */
  readonly evaluations: number;
  /** On the test part, after the last step. */
  readonly test: EvaluationSummary | null;
}

export function milestones(evaluations: readonly EvaluationSummary[]): Milestones {
  const validation = evaluations.filter(({ split }) => split === 'validation');
  return {
    final: validation.at(-1) ?? null,
    best: validation.reduce<EvaluationSummary | null>(
      (best, candidate) => (best === null || candidate.accuracy.value > best.accuracy.value ? candidate : best),
      null,
    ),
    evaluations: validation.length,
    test: evaluations.findLast(({ split }) => split === 'test') ?? null,
  };
}

/** A completion without a verdict, or with an error for one, is not solved: as in the run's own accuracy. */
export function heldOutResults(reader: RunReader, { step, split, samples }: EvaluationSummary): HeldOutResults {
  const solved = readSolved(reader, { split, step });
  return {
    step,
    samples,
    shares: new Map(Array.from(solved, ([problem, count]) => [problem, count / samples])),
    rows: new Map(reader.problems(split).map(({ problem, row }) => [problem, JSON.stringify(row)])),
  };
}
