/** The answer to `rlvr_list_runs`. */
import type { ListRunsInput } from '../../protocol/agentTools.ts';
import type { EvaluationSummary } from '../../protocol/events.ts';
import { readLabel } from '../../run/label.ts';
import { summarizeRun, type RunSummary, type UnreadableRun } from '../../run/runs.ts';
import { experimentName } from '../../words/naming.ts';
import { runFolders, type RunPlaces } from './places.ts';
import { inline, Quotation, rounded } from './untrusted.ts';

/** One run on each line, newest first. */
export function listRunsText(places: RunPlaces, { status, limit }: ListRunsInput, quotation = new Quotation()): string {
  const folders = runFolders(places);
  const lines: string[] = [];
  let left = 0;
  for (const folder of folders) {
    // Reading a run takes milliseconds, so no more are read than are shown, unless a status is looked for.
    if (lines.length === limit && status === undefined) break;
    const summary = summarizeRun(folder);
    if (status !== undefined && !('status' in summary && summary.status === status)) continue;
    if (lines.length < limit) lines.push(JSON.stringify(describe(summary)));
    else left++;
  }
  if (status === undefined) left = folders.length - lines.length;
  if (lines.length === 0) return status === undefined ? 'There are no runs yet.' : `No run is ${status}.`;
  return [quotation.note, ...lines, ...(left > 0 ? [`${left} older runs are not listed; raise "limit".`] : [])].join(
    '\n',
  );
}

function describe(run: RunSummary | UnreadableRun): object {
  if ('error' in run) return { id: run.id, unreadable: inline(run.error) };
  const { id, name, experimentPath, status, crashed, message, createdAt, lastStep, steps, lastMetrics } = run;
  const reward = lastMetrics['reward'];
  const label = readLabel(run.dir).name;
  return {
    id,
    ...(label === null ? {} : { label: inline(label) }),
    experiment: inline(name ?? experimentName(experimentPath)),
    status: crashed ? 'stopped (its process ended without saying so; it can be resumed)' : status,
    ...(message === null ? {} : { message: inline(message) }),
    startedAt: inline(createdAt),
    step: lastStep,
    steps,
    ...(reward === undefined ? {} : { reward: rounded(reward) }),
    ...(run.lastEvaluation === null ? {} : { heldOut: describeEvaluation(run.lastEvaluation) }),
  };
}

/** An evaluation with its 95 % interval. */
export function describeEvaluation({
  step,
  split,
  problems,
  samples,
  accuracy,
  measures,
  tasks = {},
}: EvaluationSummary): object {
  const { value, low, high } = accuracy;
  const byTask = Object.entries(tasks).map(([task, own]) => {
    const interval95 = [rounded(own.accuracy.low), rounded(own.accuracy.high)];
    return [inline(task), { accuracy: rounded(own.accuracy.value), interval95, problems: own.problems }] as const;
  });
  const others = Object.entries(measures ?? {}).map(([name, measure]) => [name, rounded(measure.value)] as const);
  return {
    step,
    split,
    accuracy: rounded(value),
    interval95: [rounded(low), rounded(high)],
    problems,
    samplesPerProblem: samples,
    ...(others.length === 0 ? {} : { alsoMeasured: Object.fromEntries(others) }),
    ...(byTask.length === 0 ? {} : { tasks: Object.fromEntries(byTask) }),
  };
}
