/**
 * What weights in few bits do to what is learned: `npm run bench:accuracy [-- work ...]`. Trains the same with adapters whose base, or whose
 * rollouts, are in fewer bits, with several seeds each, and asks stories260K in each form how well it foretells texts.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { renderTable, type Column } from '../src/engine/cli/table.ts';
import { mean, variance } from '../src/engine/evaluation/moments.ts';
import { studentQuantile } from '../src/engine/evaluation/student.ts';
import { UsageError } from '../src/engine/protocol/errors.ts';
import type { Estimate } from '../src/engine/protocol/metrics.ts';
import { EXACT, FORMS } from './accuracy/forms.ts';
import { TASKS, type Task } from './accuracy/tasks.ts';
import { foretold, type Foretold } from './accuracy/text.ts';
import { trained, type TrainedRun } from './accuracy/trained.ts';
import { runDoor } from './door.ts';
import { count } from './learn/arguments.ts';

const WORKS = [...TASKS.map(({ name }) => name), 'text'];

const USAGE = `Usage: npm run bench:accuracy -- [work ...] [options]

  Works: ${WORKS.join(', ')}; all unless named.
  --seeds N   runs of each form (3)
  --steps N   steps of each run, in place of the work's own (${TASKS.map(({ name, steps }) => `${name} ${steps}`).join(', ')})
  --json      one JSON object per run and form, in place of tables`;

const WIDTH = 160;

interface Summary {
  readonly form: string;
  readonly runs: readonly TrainedRun[];
  /** Of the accuracy against float32 weights with the same seeds; null for these themselves, and of one seed. */
  readonly change: Estimate | null;
}

const TRAINED: readonly Column<Summary>[] = [
  { title: 'form', cell: ({ form }) => form },
  { title: 'before', cell: ({ runs }) => mean(runs.map(({ before }) => before)).toFixed(3), align: 'right' },
  { title: 'after', cell: ({ runs }) => mean(runs.map(({ after }) => after)).toFixed(3), align: 'right' },
  { title: 'by seed', cell: ({ runs }) => runs.map(({ after }) => after.toFixed(3)).join(' ') },
  { title: 'against float32', cell: ({ change }) => (change === null ? '' : withInterval(change)) },
  { title: 'mean difference', cell: ({ runs }) => digits(mean(runs.map((run) => run.difference))), align: 'right' },
  { title: 'largest', cell: ({ runs }) => digits(Math.max(...runs.map((run) => run.largest))), align: 'right' },
  { title: 'cut', cell: ({ runs }) => digits(mean(runs.flatMap(({ cut }) => cut ?? []))), align: 'right' },
];

const FORETOLD: readonly Column<Foretold>[] = [
  { title: 'text', cell: ({ text }) => text },
  { title: 'form', cell: ({ form }) => form },
  { title: 'tokens', cell: ({ tokens }) => String(tokens), align: 'right' },
  { title: 'perplexity', cell: ({ perplexity }) => perplexity.toFixed(3), align: 'right' },
  { title: 'nats lost a token', cell: ({ loss }) => loss.toFixed(5), align: 'right' },
];

function withInterval({ value, low, high }: Estimate): string {
  return `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}

function digits(value: number): string {
  return Number.isNaN(value) ? '' : String(Number(value.toPrecision(2)));
}

async function main(): Promise<boolean> {
  const { works, seeds, steps, json } = readOptions(process.argv.slice(2));
  const folder = await mkdtemp(join(tmpdir(), 'rlvr-accuracy-'));
  const print = (result: object): void => {
    if (json) console.log(JSON.stringify(result));
  };
  for (const task of TASKS.filter(({ name }) => works.includes(name))) {
    if (!json) console.log(`${task.name}: runs in ${folder}`);
    const summaries = await compared(task, { seeds, steps: steps ?? task.steps, folder, print });
    if (!json) for (const line of renderTable(TRAINED, summaries, WIDTH)) console.log(line);
  }
  if (works.includes('text')) {
    const results = await foretold();
    results.forEach(print);
    if (!json) for (const line of renderTable(FORETOLD, results, WIDTH)) console.log(line);
  }
  return true;
}

/** Every form with every seed; forms take turns, so that half of the runs are a whole comparison of fewer seeds. */
async function compared(
  task: Task,
  {
    seeds,
    steps,
    folder,
    print,
  }: {
    readonly seeds: number;
    readonly steps: number;
    readonly folder: string;
    readonly print: (result: object) => void;
  },
): Promise<Summary[]> {
  const runs: TrainedRun[] = [];
  for (let seed = 0; seed < seeds; seed++)
    for (const form of FORMS) {
      const run = await trained({ task, form, seed, steps }, folder);
      runs.push(run);
      print(run);
    }
  const of = (name: string) => runs.filter(({ form }) => form === name);
  return FORMS.map(({ name }) => {
    const change = name === EXACT.name || seeds < 2 ? null : pairedChange(of(EXACT.name), of(name));
    if (change !== null) print({ task: task.name, form: name, change });
    return { form: name, runs: of(name), change };
  });
}

/** Mean difference of accuracies over seeds, which share their problems, with its 95 % interval about other seeds (Student's t). */
function pairedChange(before: readonly TrainedRun[], after: readonly TrainedRun[]): Estimate {
  const differences = after.map((run, seed) => run.after - (before[seed]?.after ?? NaN));
  const value = mean(differences);
  const half = studentQuantile(differences.length - 1) * Math.sqrt(variance(differences) / differences.length);
  return { value, low: value - half, high: value + half };
}

function readOptions(args: readonly string[]) {
  const { values, positionals } = parsed(args);
  const unknown = positionals.find((word) => !WORKS.includes(word));
  if (unknown !== undefined) throw new UsageError(`There is no work "${unknown}"; there are ${WORKS.join(', ')}.`);
  return {
    works: positionals.length === 0 ? WORKS : positionals,
    seeds: count('seeds', values.seeds, 3),
    steps: values.steps === undefined ? null : count('steps', values.steps, 1),
    json: values.json ?? false,
  };
}

function parsed(args: readonly string[]) {
  const options = { seeds: { type: 'string' }, steps: { type: 'string' }, json: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

await runDoor(USAGE, main);
