/**
 * A whole GRPO step at GPT-2's size: `node bench/step.ts [lora] [full]`. Random weights in GPT-2 124M's shape, the real GPT-2 tokenizer,
 * real GSM8K problems, groups of 8, 128 new tokens, and a reward that differs within every group, so that no row is skipped. Prints
 * seconds by phase, tokens trained, and the peak of memory: private memory of all processes plus the model's files once.
 */
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { EngineEvent } from '../src/engine/protocol/events.ts';
import { trainExperiment } from '../src/engine/trainer/engine.ts';
import { MemoryWatch } from './memoryWatch.ts';
import { GPT2_CONFIG, withRandomModel } from './randomModel.ts';

const FIXTURES = join(import.meta.dirname, '../test/fixtures');
const MODEL_BYTES = 124_439_808 * Float32Array.BYTES_PER_ELEMENT;
/** "Must reach" of the engine: peaks in bytes. */
const LIMITS = { lora: 3e9, full: 6e9 } as const;
const STEPS = 2;

/** Gives every completion a score of its own, from a hash of its text: every group has variance, whatever the model writes. */
const HASH_REWARD = `
export const hashed = ({ completion }) => {
  let hash = 2166136261;
  for (const char of completion) hash = Math.imul(hash ^ char.codePointAt(0), 16777619) >>> 0;
  return hash / 2 ** 32;
};
`;

async function measure(kind: keyof typeof LIMITS, model: string): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'rlvr-step-'));
  try {
    await copyFile(join(FIXTURES, 'gsm8k/train.jsonl'), join(folder, 'train.jsonl'));
    await writeFile(join(folder, 'reward.js'), HASH_REWARD);
    const experiment = {
      model,
      dataset: { source: 'train.jsonl', validation: 1, prompt: 'Question: {question}\nAnswer:' },
      rewards: [{ file: 'reward.js', function: 'hashed' }],
      ...(kind === 'full' ? { full: true } : { lora: { rank: 16 } }),
      training: { steps: STEPS, problemsPerStep: 1, microBatch: 4 },
      rollout: { groupSize: 8, maxCompletionLength: 128 },
      evaluation: { every: 0 },
      checkpoint: { every: 1000 },
    };
    const path = join(folder, 'step.rlvr.json');
    await writeFile(path, JSON.stringify(experiment));
    const watch = new MemoryWatch();
    const steps: Extract<EngineEvent, { event: 'step' }>[] = [];
    const emit = (event: EngineEvent): void => {
      if (event.event === 'step') steps.push(event);
      if (event.event === 'phase') watch.phase = event.phase;
    };
    const { signal } = new AbortController();
    await trainExperiment({ experimentPath: path, overrides: [], runsDir: join(folder, 'runs') }, { emit, signal });
    watch.stop();
    const peak = watch.peakBytes + MODEL_BYTES;
    const last = steps.at(-1)?.metrics ?? {};
    const value = (name: string): number => last[name] ?? NaN;
    const trained = value('throughput/train_tokens_per_s') * value('time/train_s');
    const report = {
      kind,
      step_s: round(value('step_time')),
      rollout_s: round(value('time/rollout_s')),
      train_s: round(value('time/train_s')),
      rollout_tokens_per_s: round(value('throughput/rollout_tokens_per_s')),
      tokens_trained: Math.round(trained),
      dead_groups: value('frac_reward_zero_std'),
      peak_gb: round(peak / 1e9),
      peak_by_phase_gb: Object.fromEntries(
        [...watch.peaks].map(([phase, bytes]) => [phase, round((bytes + MODEL_BYTES) / 1e9)]),
      ),
      limit_gb: LIMITS[kind] / 1e9,
      passed: peak < LIMITS[kind],
    };
    console.log(JSON.stringify(report));
    return report.passed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

const wanted = process.argv.slice(2);
await withRandomModel(GPT2_CONFIG, async (model) => {
  await writeFile(
    join(model, 'tokenizer.json'),
    gunzipSync(await readFile(join(FIXTURES, 'tokenizers/gpt2/tokenizer.json.gz'))),
  );
  await copyFile(join(FIXTURES, 'tokenizers/gpt2/tokenizer_config.json'), join(model, 'tokenizer_config.json'));
  let passed = true;
  for (const kind of ['lora', 'full'] as const)
    if (wanted.length === 0 || wanted.includes(kind)) passed = (await measure(kind, model)) && passed;
  process.exitCode = passed ? 0 : 1;
});
