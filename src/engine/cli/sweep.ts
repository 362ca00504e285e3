/** `rlvr sweep`: trains an experiment with several settings, and says what they come to. */
import { resolve } from 'node:path';
import type { FoundSweep } from '../analysis/sweep/sweepOfFile.ts';
import { UserError } from '../protocol/errors.ts';
import { RUNS_FOLDER } from '../run/runsFolder.ts';
import { describeValue } from '../words/describeValue.ts';
import { plural } from '../words/format.ts';
import { commandLine } from './advice.ts';
import { parseArguments } from './arguments.ts';
import { EXIT, type Command, type CommandIO } from './command.ts';
import { reportError } from './dispatch.ts';
import { printJson } from './json.ts';
import { rayOverrides } from './rayOption.ts';
import { recipeLines } from './recipeLines.ts';
import type { SweepEnd } from './sweep/trainSweep.ts';
import { renderTable, type Column } from './table.ts';
import { printable, wrap } from './text.ts';

export const sweep: Command = {
  name: 'sweep',
  summary: 'Train an experiment with several settings, and compare them',
  usage: `rlvr sweep <experiment> [--vary path=value,value]... [--seeds N] [--name NAME] [--set path=value]... [--ray ADDRESS] [--runs DIR] [--dry-run | --table | --anew] [--json]
       rlvr sweep <sweep file> [--set path=value]... [--ray ADDRESS] [--runs DIR] [--dry-run | --table | --anew] [--json]

  <experiment>              an experiment file, *.rlvr.json
  <sweep file>              *.sweep.json, which says what is varied: "grid", "list" and "seeds"
  --vary path=value,value   values of the experiment, such as optimizer.learningRate=1e-4,3e-4; several are a grid
  --seeds N                 N seeds of each; it takes three to speak of a setting
  --name NAME               what the sweep is called
  --set path=value          sets a value of all runs; may be repeated
  --ray ADDRESS             computes on a Ray cluster: auto, host:port, or ray://host:port
  --runs DIR                where the runs' folders are made (${RUNS_FOLDER})
  --dry-run                 lists the runs, and starts none
  --table                   shows what the runs so far come to, and starts none
  --anew                    trains all runs again, beside those of before
  --json                    one JSON object per event and line

All runs are checked before the first starts. They are trained one after another, on a cluster as many at once as it has room
for. Ctrl-C stops within a second, and the same command goes on: what is finished is passed over, and what was stopped is resumed.
A run that fails does not end the others.`,

  async run(args, io) {
    const { values, positionals } = parseArguments(args, { options, positionals: ['experiment or sweep file'] });
    const { readSweep } = await import('./sweep/readSweep.ts');
    const set = [...(values.set ?? []), ...rayOverrides(values.ray)];
    const replan = (): FoundSweep => readSweep(resolve(io.cwd, positionals[0]), { ...values, set });
    const found = replan();
    const { json, anew, ray } = values;
    const place = { runsDir: resolve(io.cwd, values.runs ?? RUNS_FOLDER), json, anew, ray, replan };
    if (values['dry-run']) {
      listMembers(found, values.json, io);
      return EXIT.done;
    }
    if (values.table) {
      await showTable(found, place.runsDir, values.json, io);
      return EXIT.done;
    }
    const { trainSweep } = await import('./sweep/trainSweep.ts');
    const end = await trainSweep(io, found, place);
    await showTable(found, place.runsDir, values.json, io);
    if (!values.json) for (const line of endLines(end, args, io)) io.stdout.write(`${line}\n`);
    if (end.refused !== null) return reportError(new UserError(end.refused), io, { json: values.json });
    if (end.stopped) return EXIT.stopped;
    return end.failed.length > 0 ? EXIT.failed : EXIT.done;
  },
};

const options = {
  vary: { type: 'string', multiple: true },
  seeds: { type: 'string' },
  name: { type: 'string' },
  set: { type: 'string', multiple: true },
  ray: { type: 'string' },
  runs: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  table: { type: 'boolean', default: false },
  anew: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

type Member = FoundSweep['sweep']['members'][number];

function listMembers({ sweep: { paths, members } }: FoundSweep, json: boolean, io: CommandIO): void {
  if (json) {
    for (const { title, membership } of members) printJson(io.stdout, { event: 'sweepRun', title, ...membership });
    return;
  }
  const columns: readonly Column<Member>[] = [
    { title: 'run', cell: ({ membership: { member } }) => String(member + 1), align: 'right' },
    ...paths.map((path): Column<Member> => ({
      title: printable(path),
      cell: ({ membership: { assigned } }) => (path in assigned ? printable(describeValue(assigned[path])) : ''),
    })),
    { title: 'seed', cell: ({ overrides }) => seedOf(overrides), align: 'right' },
  ];
  const varied = members.some(({ overrides }) => seedOf(overrides) !== '') ? columns : columns.slice(0, -1);
  for (const line of renderTable(varied, members, io.stdout.columns ?? Infinity)) io.stdout.write(`${line}\n`);
  io.stdout.write(`${plural(members.length, 'run')}; none was started.\n`);
}

/** Empty where the run has the seed of its experiment. */
function seedOf(overrides: readonly string[]): string {
  return overrides.findLast((text) => text.startsWith('seed='))?.slice('seed='.length) ?? '';
}

async function showTable({ sweep: found }: FoundSweep, runsDir: string, json: boolean, io: CommandIO): Promise<void> {
  const { sweepTable } = await import('./sweep/sweepTable.ts');
  const { finished, table } = sweepTable(found, runsDir);
  const { name, members } = found;
  if (json) {
    printJson(io.stdout, { event: 'sweep', name, runs: members.length, finished, table });
    return;
  }
  const width = io.stdout.columns ?? Infinity;
  const lines = [
    '',
    `${printable(name)}: ${finished} of ${plural(members.length, 'run')} finished.`,
    ...(table === null ? [] : ['', ...recipeLines(table, width)]),
  ];
  for (const line of lines) io.stdout.write(`${line}\n`);
}

function endLines({ stopped, refused, failed }: SweepEnd, args: readonly string[], io: CommandIO): string[] {
  const width = io.stdout.columns ?? Infinity;
  // Anew is begun once; what follows goes on with it.
  const again = commandLine(['sweep', ...args.filter((argument) => argument !== '--anew')], io);
  return [
    ...failed.flatMap(({ member: { title, membership }, message }, index) => [
      ...(index === 0 ? [''] : []),
      ...wrap(printable(`Run ${membership.member + 1}${title === '' ? '' : ` (${title})`} failed: ${message}`), width),
    ]),
    ...(stopped || refused !== null || failed.length > 0 ? ['', `Go on  ${again}`] : []),
  ];
}
