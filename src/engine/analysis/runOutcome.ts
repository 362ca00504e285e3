/** What a run changed: its first evaluation against its last, on the same problems. */
import { pairedBootstrap } from '../evaluation/bootstrap.ts';
import type { EvaluationSummary } from '../protocol/events.ts';
import type { Estimate } from '../protocol/metrics.ts';
import { uniforms } from '../random/keyed.ts';
import type { RunReader } from '../run/reader.ts';
import { heldOutResults } from './compare/heldOut.ts';
import { comparableEvaluations } from './rewardHistory.ts';

export interface RunOutcome {
  /** Before the first step; null where nothing was evaluated then, or other code says now what is solved. */
  readonly before: EvaluationSummary | null;
  /** The newest after a step; null where there is none. */
  readonly after: EvaluationSummary | null;
  /** after - before with its paired 95 % interval; null where one of them is missing, or they share no problem. */
  readonly interval: Estimate | null;
}

/** On the validation part. Resampling takes a while with many problems (about half a second for a thousand). */
export function runOutcome(reader: RunReader): RunOutcome {
  const evaluations = comparableEvaluations(reader).filter(({ split }) => split === 'validation');
  const before = evaluations.find(({ step }) => step === 0) ?? null;
  const last = evaluations.at(-1);
  const after = last && last.step > 0 ? last : null;
  const shares = (of: EvaluationSummary): ReadonlyMap<number, number> => heldOutResults(reader, of).shares;
  const interval = before && after ? improvement(shares(before), shares(after), reader.experiment().seed) : null;
  return { before, after, interval };
}

/** By problem, the share of its samples that is solved. */
function improvement(
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
  seed: number,
): Estimate | null {
  const shared = [...after.keys()].filter((problem) => before.has(problem));
  if (shared.length === 0) return null;
  const values = (of: ReadonlyMap<number, number>): number[] => shared.map((problem) => of.get(problem) ?? 0);
  return pairedBootstrap(values(before), values(after), uniforms(seed, 'bootstrap'));
}
