/** Runs of the demo's experiment in several sizes. A random model of the demo's shape stands in for the trained one, since it does not end its answers early. */
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineEvent } from '../../src/engine/protocol/events.ts';
import type { Metrics } from '../../src/engine/protocol/metrics.ts';
import { trainExperiment } from '../../src/engine/trainer/engine.ts';
import { HASH_REWARD } from '../hashReward.ts';
import { DEMO_CONFIG, withRandomModel } from '../randomModel.ts';
import { treeBytes } from '../speed/processTree.ts';

const ROOT = join(import.meta.dirname, '../..');
const PROBLEMS_PER_STEP = 32;
/** Leaves room for the longest completions in the model's context of 64. */
const MAX_PROMPT_TOKENS = 32;

export interface RunSize {
  readonly groupSize: number;
  readonly newTokens: number;
  readonly steps: number;
}

export interface MeasuredStep {
  /** Of all processes. */
  readonly cpuSeconds: number;
  readonly completions: number;
  readonly tokens: number;
  /** Of all processes after the step, once this one's garbage is collected: V8 would let it grow to several times what is in use. */
  readonly bytes: number;
}

/** Calls `use` with a model folder for `runSteps`; it is removed afterwards. */
export function withDemoShape<T>(use: (model: string) => Promise<T>): Promise<T> {
  return withRandomModel(DEMO_CONFIG, async (model) => {
    for (const file of ['tokenizer.json', 'tokenizer_config.json'])
      await copyFile(join(ROOT, 'test/fixtures/demo-tokenizer', file), join(model, file));
    return use(model);
  });
}

/** Trains every weight for so many steps. @throws Error where the system does not tell processor time and memory */
export async function runSteps(model: string, size: RunSize): Promise<MeasuredStep[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rlvr-scaling-'));
  try {
    await writeFile(join(folder, 'reward.js'), HASH_REWARD);
    const experimentPath = join(folder, 'scaling.rlvr.json');
    await writeFile(experimentPath, JSON.stringify(experimentOf(model, size)));
    const steps: MeasuredStep[] = [];
    const emit = (event: EngineEvent): void => {
      if (event.event === 'step') steps.push(measured(event.metrics, size));
    };
    const { signal } = new AbortController();
    await trainExperiment({ experimentPath, overrides: [], runsDir: join(folder, 'runs') }, { emit, signal });
    return steps;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function experimentOf(model: string, { groupSize, newTokens, steps }: RunSize): object {
  return {
    model,
    full: true,
    dataset: {
      source: join(ROOT, 'examples/demo/problems.jsonl'),
      validation: { split: 'heldout' },
      overlap: 'expected',
      filter: { maxPromptTokens: MAX_PROMPT_TOKENS },
      prompt: '{question}\n',
    },
    rewards: [{ file: 'reward.js', function: 'hashed' }],
    training: { steps, problemsPerStep: PROBLEMS_PER_STEP, microBatch: 32 },
    rollout: { groupSize, maxCompletionLength: newTokens },
    evaluation: { every: 0 },
    checkpoint: { every: steps },
    device: 'cpu',
    threads: 2,
  };
}

function measured(metrics: Metrics, { groupSize }: RunSize): MeasuredStep {
  const { 'time/cpu_s': cpuSeconds, 'completions/mean_length': length = 0 } = metrics;
  if (globalThis.gc === undefined) throw new Error('Start it with --expose-gc, as npm run bench:scaling does.');
  globalThis.gc();
  const bytes = treeBytes(process.pid);
  if (cpuSeconds === undefined || bytes === null)
    throw new Error('This system does not tell what processes take; Linux does.');
  const completions = PROBLEMS_PER_STEP * groupSize;
  return { cpuSeconds, completions, tokens: completions * length, bytes };
}
