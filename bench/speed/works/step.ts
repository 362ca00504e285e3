/**
 * Whole GRPO steps of the engine as a user starts it, rewards in a process of their own: a step waits until it is asked for, so that
 * the steps of another program can be done in between.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineEvent } from '../../../src/engine/protocol/events.ts';
import type { Metrics } from '../../../src/engine/protocol/metrics.ts';
import { trainExperiment } from '../../../src/engine/trainer/engine.ts';
import { HASH_REWARD } from '../../hashReward.ts';
import { PROBLEMS_FILE, PROMPT_TEMPLATE } from '../assets.ts';
import type { Measurement, Work } from '../measurement.ts';
import type { WorkerOptions } from '../options.ts';
import { Turns } from '../turns.ts';

/** Half a group: the prompt is computed twice, a few tokens in a hundred, and the memory stays below half of what TRL takes. */
const MICRO_BATCH = 4;

/** More than anybody asks for: a run is told to stop. */
const STEPS = 1000;

export async function openStep(assets: string, options: WorkerOptions): Promise<Work> {
  const folder = await mkdtemp(join(tmpdir(), 'rlvr-step-'));
  const experimentPath = join(folder, 'step.rlvr.json');
  await writeFile(join(folder, 'reward.js'), HASH_REWARD);
  await writeFile(experimentPath, JSON.stringify(experimentOf(assets, options)));
  const asked = new Turns<'go'>();
  const done = new Turns<Metrics>();
  const stop = new AbortController();
  const emit = (event: EngineEvent): void => {
    if (event.event === 'step') done.give(event.metrics);
  };
  const run = trainExperiment(
    { experimentPath, overrides: [], runsDir: join(folder, 'runs') },
    {
      emit,
      signal: stop.signal,
      async beforeStep() {
        await asked.take(stop.signal);
      },
    },
  );
  run.catch((error: unknown) => done.fail(error));
  return {
    async run(): Promise<Measurement[]> {
      asked.give('go');
      return [measured(await done.take(), options)];
    },
    async close(): Promise<void> {
      stop.abort();
      await run;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function experimentOf(
  assets: string,
  { rows, groupSize, newTokens, device, threads, full, base }: WorkerOptions,
): object {
  return {
    model: assets,
    dataset: { source: join(assets, PROBLEMS_FILE), validation: 1, prompt: PROMPT_TEMPLATE },
    rewards: [{ file: 'reward.js', function: 'hashed' }],
    ...(full ? { full: true } : { lora: { rank: 16, base } }),
    training: { steps: STEPS, problemsPerStep: rows / groupSize, microBatch: MICRO_BATCH },
    rollout: { groupSize, maxCompletionLength: newTokens },
    evaluation: { every: 0 },
    // What is measured is a step, not the writing of half a gigabyte of weights.
    checkpoint: { every: STEPS },
    device,
    threads,
  };
}

function measured(metrics: Metrics, { rows }: WorkerOptions): Measurement {
  const value = (name: string): number => metrics[name] ?? NaN;
  return {
    work: 'step',
    wall_s: value('step_time'),
    cpu_s: metrics['time/cpu_s'] ?? null,
    amount: Math.round(value('completions/mean_length') * rows),
    trained_tokens: Math.round(value('throughput/train_tokens_per_s') * value('time/train_s')),
    dead_groups: value('frac_reward_zero_std'),
  };
}
