/** What a run is called and how it stands, in the few words of a list. */
import type { RunSummary } from '../../engine/run/runs.ts';
import { measure, percent } from '../../engine/words/format.ts';
import { experimentName, startedAt } from '../../engine/words/naming.ts';
import type { ListedRun } from '../data/listMethods.ts';

/** One whose folder could be read. */
export type ReadableRun = Extract<ListedRun, RunSummary>;

export function isReadable(run: ListedRun): run is ReadableRun {
  return 'status' in run;
}

/** The name a person gave the run, the experiment's own, or when it was started. */
export function runName(run: ListedRun): string {
  if (run.label.name !== null) return run.label.name;
  return isReadable(run) ? startedAt(run.createdAt) : run.id;
}

/** `demo, 22 Nov 16:05`: unambiguous outside the tree. */
export function fullName(run: ListedRun): string {
  return isReadable(run) ? `${run.name ?? experimentName(run.experimentPath)}, ${runName(run)}` : run.id;
}

/** `120/400 · 0.43` while it runs, and the held-out accuracy of what has ended. */
export function progressText(run: RunSummary): string {
  const done = run.lastStep ?? 0;
  const result = resultText(run);
  const steps = run.status === 'finished' ? String(done) : `${done}/${run.steps}`;
  return result === '' ? steps : `${steps} · ${result}`;
}

/** The reward of a run under way; the newest held-out accuracy of one that has ended, the reward where there is none. */
export function resultText({ status, lastMetrics, lastEvaluation }: RunSummary): string {
  const reward = lastMetrics['reward'];
  if (status !== 'running' && lastEvaluation !== null) return percent(lastEvaluation.accuracy.value);
  return reward === undefined ? '' : measure(reward);
}
