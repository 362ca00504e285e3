/**
 * How long a run takes to its first sampled token: `npm run bench:first-token`. The whole of `rlvr train`, as it is shipped, from the start of
 * its process, with a model in GPT-2 124M's shape: it begins by evaluating one problem with a completion of one token, and what is timed is
 * the moment in which that is told, scored and in the run.
 */
import { execFileSync, spawn } from 'node:child_process';
import { copyFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { renderTable, type Column } from '../src/engine/cli/table.ts';
import { UserError } from '../src/engine/protocol/errors.ts';
import { runDoor } from './door.ts';
import { median } from './editor/numbers.ts';
import { HASH_REWARD } from './hashReward.ts';
import { withRandomGpt2 } from './randomModel.ts';
import { treeUsage } from './speed/processTree.ts';

const USAGE = `Usage: npm run bench:first-token [-- --rounds N]

  --rounds N  starts of each kind (5)

Exit code 1 where the best cold start takes three seconds and more, or the best warm one one.`;

const CLI = join(import.meta.dirname, '../dist/cli.js');
const GSM8K = join(import.meta.dirname, '../test/fixtures/gsm8k/train.jsonl');
const EXPERIMENT_FILE = 'first.rlvr.json';
const ROUNDS = '5';
const WIDTH = 120;
const MEGA = 1e6;

/** Seconds by the clock. Cold: the model's files are not in the page cache. Warm: they are, from the start before. */
const BOUNDS = { cold: 3, warm: 1 } as const;
type Kind = keyof typeof BOUNDS;

/** Until the first token was told. */
interface Start {
  readonly seconds: number;
  /** Of all processes, as what follows; NaN where the system does not say it. */
  readonly cpuSeconds: number;
  readonly diskMegabytes: number;
}

interface Starts {
  readonly kind: Kind;
  readonly starts: readonly Start[];
}

const column = (title: string, of: (start: Start) => number): Column<Starts>[] => [
  { title: `${title}, least`, cell: ({ starts }) => Math.min(...starts.map(of)).toFixed(2), align: 'right' },
  { title: 'median', cell: ({ starts }) => median(starts.map(of)).toFixed(2), align: 'right' },
];

const COLUMNS: readonly Column<Starts>[] = [
  { title: 'start', cell: ({ kind }) => kind },
  ...column('s', ({ seconds }) => seconds),
  ...column('CPU-s', ({ cpuSeconds }) => cpuSeconds),
  ...column('MB from disk', ({ diskMegabytes }) => diskMegabytes),
  { title: 'below', cell: ({ kind }) => String(BOUNDS[kind]), align: 'right' },
  { title: 'kept', cell: (starts) => (isKept(starts) ? 'yes' : 'NO') },
];

function isKept({ kind, starts }: Starts): boolean {
  return Math.min(...starts.map(({ seconds }) => seconds)) < BOUNDS[kind];
}

const eventSchema = z.object({ event: z.string() });

async function start(folder: string): Promise<Start> {
  const began = performance.now();
  const args = ['--disable-warning=ExperimentalWarning', CLI, 'train', EXPERIMENT_FILE, '--json'];
  // Hashes of models are kept there: a cold start of this model knows them from its second on.
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    if (eventSchema.parse(JSON.parse(line)).event !== 'eval') continue;
    const seconds = (performance.now() - began) / 1000;
    const { cpuSeconds, diskBytes } = treeUsage(child.pid ?? 0) ?? { cpuSeconds: NaN, diskBytes: NaN };
    child.kill();
    await ended;
    return { seconds, cpuSeconds, diskMegabytes: diskBytes / MEGA };
  }
  throw new UserError('The run ended before its first token: build first (npm run build), and read what it said.');
}

/** Takes the files of a folder out of the page cache: GNU dd asks the kernel to forget what is written out. */
async function forget(folder: string): Promise<void> {
  execFileSync('sync');
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isFile())
      execFileSync('dd', [`if=${join(folder, entry.name)}`, 'iflag=nocache', 'count=0'], { stdio: 'ignore' });
}

async function writeExperiment(folder: string): Promise<void> {
  await copyFile(GSM8K, join(folder, 'problems.jsonl'));
  await writeFile(join(folder, 'reward.js'), HASH_REWARD);
  const experiment = {
    model: '.',
    dataset: { source: 'problems.jsonl', validation: 1, prompt: 'Question: {question}\nAnswer:' },
    rewards: [{ file: 'reward.js', function: 'hashed' }],
    lora: { rank: 16 },
    training: { steps: 1, problemsPerStep: 1 },
    rollout: { groupSize: 2, maxCompletionLength: 1 },
    threads: 2,
  };
  await writeFile(join(folder, EXPERIMENT_FILE), JSON.stringify(experiment));
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: ROUNDS } } });
  const starts: Record<Kind, Start[]> = { cold: [], warm: [] };
  await withRandomGpt2(async (folder) => {
    await writeExperiment(folder);
    for (let round = 0; round < Number(values.rounds); round++) {
      await forget(folder);
      starts.cold.push(await start(folder));
      starts.warm.push(await start(folder));
    }
  });
  const results = (['cold', 'warm'] as const).map((kind) => ({ kind, starts: starts[kind] }));
  for (const line of renderTable(COLUMNS, results, WIDTH)) console.log(line);
  return results.every(isKept);
}

await runDoor(USAGE, main);
