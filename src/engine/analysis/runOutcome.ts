/** What a run changed: its first evaluation against its last, on the same problems. */
import { pairedChange } from '../evaluation/pairedChange.ts';
import type { BestPolicy, EarlyEnd, EvaluationSummary, FormChange, TaskChange } from '../protocol/events.ts';
import type { Estimate } from '../protocol/metrics.ts';
import type { RunReader } from '../run/reader.ts';
import { bestPolicy, earlyEndOf } from './bestPolicy.ts';
import { heldOutResults, resultsOfTask, type HeldOutResults } from './compare/heldOut.ts';
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
  /** Each of several tasks apart; absent in a run of one dataset. */
  readonly tasks?: readonly TaskChange[];
}

/** How a run turned out, on the validation part. */
export interface WholeOutcome extends RunOutcome {
  /** null where that is `after`. */
  readonly best: BestPolicy | null;
  /** null where all steps were done, or are to come. */
  readonly early: EarlyEnd | null;
}

export function runOutcome(reader: RunReader): WholeOutcome {
  const outcome = outcomeOn(reader, 'validation');
  const best = bestPolicy(reader);
  return {
    ...outcome,
    best: best?.evaluation.step === outcome.after?.step ? null : best,
    early: earlyEndOf(reader),
  };
}

/** On a part of the data: the test part is seldom measured before the first step. */
export function outcomeOn(reader: RunReader, part: EvaluationSummary['split']): RunOutcome {
  const evaluations = comparableEvaluations(reader).filter(({ split }) => split === part);
  const before = evaluations.find(({ step }) => step === 0) ?? null;
  const last = evaluations.at(-1);
  const after = last && last.step > 0 ? last : null;
  if (before === null || after === null) return { before, after, interval: null, form: null };
  const [was, now] = [before, after].map((evaluation) => heldOutResults(reader, evaluation));
  const { tasks } = reader.manifest;
  return {
    before,
    after,
    interval: was && now ? (changeIn(was, now)?.change ?? null) : null,
    form: formChange(reader, before, after),
    ...(tasks !== undefined && was && now && { tasks: tasks.flatMap(({ name }) => taskChange(name, was, now)) }),
  };
}

function taskChange(task: string, before: HeldOutResults, after: HeldOutResults): TaskChange[] {
  const found = changeIn(resultsOfTask(before, task), resultsOfTask(after, task));
  return found === null ? [] : [{ task, ...found }];
}

/** On the problems of both; null where they share none. */
function changeIn(before: HeldOutResults, after: HeldOutResults): Omit<TaskChange, 'task'> | null {
  const shared = [...after.shares.keys()].filter((problem) => before.shares.has(problem));
  if (shared.length === 0) return null;
  const values = (of: HeldOutResults): number[] => shared.map((problem) => of.shares.get(problem) ?? 0);
  const { pValue, ...change } = pairedChange(values(before), values(after));
  return { problems: shared.length, change, pValue };
}
