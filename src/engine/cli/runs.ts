/** `rlvr runs`: the runs of a directory, newest first. */
import { resolve } from 'node:path';
import type { RunSummary, UnreadableRun } from '../run/runs.ts';
import { RUNS_FOLDER } from '../run/runsFolder.ts';
import { commandLine, shownPath } from './advice.ts';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command, type CommandIO } from './command.ts';
import { measure, percent } from '../words/format.ts';
import { experimentName } from '../words/naming.ts';
import { printJson } from './json.ts';
import { renderTable, type Column } from './table.ts';
import { printable } from './text.ts';

export const runs: Command = {
  name: 'runs',
  summary: 'List runs',
  usage: `rlvr runs [--runs DIR] [--json]

  --runs DIR   where the runs are (${RUNS_FOLDER})
  --json       one JSON object per run and line`,

  async run(args, io) {
    const { values } = parseArguments(args, {
      options: { runs: { type: 'string' }, json: { type: 'boolean', default: false } },
      positionals: [],
    });
    const { listRuns } = await import('../run/runs.ts');
    const dir = resolve(io.cwd, values.runs ?? RUNS_FOLDER);
    const found = listRuns(dir);
    if (values.json) for (const run of found) printJson(io.stdout, { event: 'run', ...run });
    else for (const line of listing(found, dir, io)) io.stdout.write(`${line}\n`);
    return EXIT.done;
  },
};

const columns: readonly Column<RunSummary>[] = [
  { title: 'run', cell: ({ id }) => id },
  { title: 'name', cell: ({ name, experimentPath }) => printable(name ?? experimentName(experimentPath)), minWidth: 7 },
  { title: 'status', cell: ({ status, crashed }) => (crashed ? 'crashed' : status) },
  { title: 'steps', cell: ({ lastStep, steps }) => `${lastStep ?? 0}/${steps}`, align: 'right' },
  { title: 'reward', cell: ({ lastMetrics }) => metric(lastMetrics['reward']), align: 'right' },
  { title: 'held-out accuracy', cell: accuracy, align: 'right' },
  { title: 'started', cell: ({ createdAt }) => localTime(createdAt), dropOrder: 1 },
];

function listing(found: readonly (RunSummary | UnreadableRun)[], dir: string, io: CommandIO): string[] {
  const readable = found.filter(isReadable);
  const unreadable = found.flatMap((run) => (isReadable(run) ? [] : [run]));
  if (found.length === 0) {
    return [`No runs in ${shownPath(dir, io.cwd)}. Start one: ${commandLine(['train', 'experiment.rlvr.json'], io)}`];
  }
  return [
    ...(readable.length > 0 ? renderTable(columns, readable, io.stdout.columns ?? Infinity) : []),
    ...(unreadable.length > 0 ? ['', 'Cannot be read:'] : []),
    ...unreadable.map(({ id, error }) => `  ${id}  ${printable(error)}`),
  ];
}

function isReadable(run: RunSummary | UnreadableRun): run is RunSummary {
  return 'status' in run;
}

function metric(value: number | undefined): string {
  return value === undefined ? '' : measure(value);
}

function accuracy({ lastEvaluation }: RunSummary): string {
  if (lastEvaluation === null) return '';
  const { value, low, high } = lastEvaluation.accuracy;
  return `${percent(value)} (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`;
}

/** `2026-01-31 17:05` where the person is. */
function localTime(iso: string): string {
  const date = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
