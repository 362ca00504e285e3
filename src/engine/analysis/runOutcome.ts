/** What a run changed: its first evaluation against its last, on the same problems. */
import { pairedChange } from '../evaluation/pairedChange.ts';
import type { EvaluationSummary, FormChange } from '../protocol/events.ts';
import type { Estimate } from '../protocol/metrics.ts';
import type { RunReader } from '../run/reader.ts';
import { heldOutResults } from './compare/heldOut.ts';
import { formChange } from './lenient/formChange.ts';
import { comparableEvaluations } from './rewardHistory.ts';

export interface RunOutcome {
  /** Before the first step; null where nothing was evaluated then, or other code says now what is solved. */
  readonly before: EvaluationSummary | null;
  /** The newest after a step; null where there is none. */
  readonly after: EvaluationSummary | null;
  /** after - before with its paired 95 % interval; null where one of them is missing, or they share no problem. */
  readonly interval: Estimate | null;
  /** What that change is made of; null where it is not known. */
  readonly form: FormChange | null;
}

/** On the validation part. */
export function runOutcome(reader: RunReader): RunOutcome {
  return outcomeOn(reader, 'validation');
}

/** On a part of the data: the test part is seldom measured before the first step. */
export function outcomeOn(reader: RunReader, part: EvaluationSummary['split']): RunOutcome {
  const evaluations = comparableEvaluations(reader).filter(({ split }) => split === part);
  const before = evaluations.find(({ step }) => step === 0) ?? null;
  const last = evaluations.at(-1);
  const after = last && last.step > 0 ? last : null;
  const shares = (of: EvaluationSummary): ReadonlyMap<number, number> => heldOutResults(reader, of).shares;
  const interval = before && after ? improvement(shares(before), shares(after)) : null;
  const form = before && after ? formChange(reader, before, after) : null;
  return { before, after, interval, form };
}

/** By problem, the share of its samples that is solved. */
function improvement(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): Estimate | null {
  const shared = [...after.keys()].filter((problem) => before.has(problem));
  if (shared.length === 0) return null;
  const values = (of: ReadonlyMap<number, number>): number[] => shared.map((problem) => of.get(problem) ?? 0);
  const { value, low, high } = pairedChange(values(before), values(after));
  return { value, low, high };
}
