/** Which held-out problems a run learnt to solve and which it forgot, with what it wrote before and after. */
import type { EvaluationSummary } from '../../protocol/events.ts';
import type { RunReader } from '../../run/reader.ts';
import { problemName } from '../problemName.ts';
import { heldOutResults } from '../compare/heldOut.ts';

export interface ProblemChange {
  /** `problem 12` by its row in the dataset file, or of several tasks `row 12 of svamp`. */
  readonly name: string;
  readonly prompt: string;
  /** The first completion at either time; null where the run does not have it. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface ProblemChanges {
  /** How many were solved at both, gained, lost, and at neither; at least half of the samples count as solved. */
  readonly both: number;
  readonly gained: number;
  readonly lost: number;
  readonly neither: number;
  /** The first of them by row. */
  readonly gains: readonly ProblemChange[];
  readonly losses: readonly ProblemChange[];
}

const SOLVED = 0.5;

/** @param examples of gains, and of losses, at most */
export function problemChanges(
  reader: RunReader,
  before: EvaluationSummary,
  after: EvaluationSummary,
  examples: number,
): ProblemChanges {
  const [first, last] = [before, after].map((evaluation) => heldOutResults(reader, evaluation).shares);
  const found = { both: [], gained: [], lost: [], neither: [] } satisfies Record<string, number[]>;
  const groups: Record<keyof typeof found, number[]> = found;
  for (const [problem, share] of last ?? []) {
    const earlier = first?.get(problem);
    if (earlier === undefined) continue;
    const solved = share >= SOLVED;
    groups[earlier >= SOLVED ? (solved ? 'both' : 'lost') : solved ? 'gained' : 'neither'].push(problem);
  }
  const shown = (problems: readonly number[]): ProblemChange[] =>
    problems
      .toSorted((a, b) => a - b)
      .slice(0, examples)
      .map((problem) => ({
        name: problemName(reader.manifest, problem),
        prompt: reader.problem(after.split, problem)?.prompt ?? '',
        before: textOf(reader, before, problem),
        after: textOf(reader, after, problem),
      }));
  return {
    both: groups.both.length,
    gained: groups.gained.length,
    lost: groups.lost.length,
    neither: groups.neither.length,
    gains: shown(groups.gained),
    losses: shown(groups.lost),
  };
}

function textOf(reader: RunReader, { step, split }: EvaluationSummary, problem: number): string | null {
  const key = { step, problem, occurrence: 0, round: 0, sample: 0 };
  return reader.completion('evaluation', split, key)?.text ?? null;
}
