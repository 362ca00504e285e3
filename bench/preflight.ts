/**
 * Does the preflight foretell what a run takes? `npm run bench:preflight -- [demo] [gpt2] [stories]`: trains with a forecast, and holds
 * processor time and memory against it. `demo` is the built-in one, 300 steps; `gpt2` random weights in GPT-2 124M's shape, the real GPT-2
 * tokenizer, real GSM8K problems and a reward that differs within every group; `stories` is stories260K, in Llama's shape.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { againstFact, readForecast } from '../src/engine/analysis/forecast/againstFact.ts';
import type { Estimate } from '../src/engine/protocol/metrics.ts';
import { RunReader } from '../src/engine/run/reader.ts';
import { listRunFolders } from '../src/engine/run/runs.ts';
import { HASH_REWARD } from './hashReward.ts';
import { withRandomGpt2 } from './randomModel.ts';
import { storyBeginnings } from './storyBeginnings.ts';

const ROOT = join(import.meta.dirname, '..');
const FIXTURES = join(ROOT, 'test/fixtures');
/** "Must reach": how far a forecast of processor time and of memory may be off. */
const LIMIT = 0.25;
const HELD = ['Processor time in all', 'Memory'];

const CASES = {
  demo: async () => trained(join(ROOT, 'examples/demo/demo.rlvr.json')),

  gpt2: () =>
    withRandomGpt2(async (model) =>
      withExperiment(await readFile(join(FIXTURES, 'gsm8k/train.jsonl'), 'utf8'), {
        model,
        dataset: { source: 'rows.jsonl', validation: 8, prompt: 'Question: {question}\nAnswer:' },
        rewards: [{ file: 'reward.js', function: 'hashed' }],
        training: { steps: 5, problemsPerStep: 2, microBatch: 4 },
        rollout: { groupSize: 8, maxCompletionLength: 128 },
        evaluation: { every: 0 },
      }),
    ),

  stories: () =>
    withExperiment(storyBeginnings(6, 5), {
      model: join(FIXTURES, 'stories260K'),
      dataset: { source: 'rows.jsonl', validation: 6, prompt: '{question}' },
      rewards: [{ file: 'reward.js', function: 'hashed' }],
      training: { steps: 40, problemsPerStep: 4 },
      rollout: { groupSize: 8, maxCompletionLength: 128 },
      evaluation: { every: 20 },
    }),
};

async function withExperiment(rows: string, experiment: object): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'rlvr-preflight-bench-'));
  try {
    await writeFile(join(folder, 'rows.jsonl'), rows);
    await writeFile(join(folder, 'reward.js'), HASH_REWARD);
    const path = join(folder, 'bench.rlvr.json');
    await writeFile(path, JSON.stringify(experiment));
    return await trained(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Forecast and run are processes of their own, as they are for a person. */
async function trained(experimentPath: string): Promise<boolean> {
  const runs = await mkdtemp(join(tmpdir(), 'rlvr-preflight-runs-'));
  try {
    const args = ['train', experimentPath, '--preflight', '--runs', runs, '--json'];
    const door = join(ROOT, 'src/engine/cli.ts');
    const { status, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', door, ...args], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    const [runDir] = listRunFolders(runs);
    if (status !== 0 || runDir === undefined) throw new Error(`the run failed:\n${stderr}`);
    return report(runDir);
  } finally {
    await rm(runs, { recursive: true, force: true });
  }
}

function report(runDir: string): boolean {
  const reader = RunReader.open(runDir);
  try {
    const rows = againstFact(reader) ?? [];
    let passed = true;
    for (const { name, expected, fact } of rows) {
      const off = fact === null ? null : expected.value / fact - 1;
      if (HELD.includes(name)) passed &&= off !== null && Math.abs(off) <= LIMIT;
      console.log(
        JSON.stringify({
          name,
          ...rounded(expected),
          fact: fact === null ? null : round(fact),
          off: off === null ? null : round(off),
        }),
      );
    }
    console.log(JSON.stringify({ sample_s: round(readForecast(runDir)?.sample.seconds ?? NaN), limit: LIMIT, passed }));
    return passed;
  } finally {
    reader.close();
  }
}

function rounded({ value, low, high }: Estimate): Estimate {
  return { value: round(value), low: round(low), high: round(high) };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

const wanted = process.argv.slice(2);
for (const [name, measure] of Object.entries(CASES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`## ${name}`);
  if (!(await measure())) process.exitCode = 1;
}
