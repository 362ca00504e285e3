/** Runs for tests: everything in them is a function of the step, so that a recomputed step can be told from a changed one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { experimentSchema } from '../../src/engine/protocol/experiment.ts';
import type { Experiment } from '../../src/engine/protocol/experiment.ts';
import { RUN_FORMAT_VERSION } from '../../src/engine/protocol/run.ts';
import type { CompletionRecord, ProblemRecord, RunManifest, StepRecord } from '../../src/engine/protocol/run.ts';

export const RUN_ID = '20260101-120000-abcd';

export const manifest: RunManifest = {
  formatVersion: RUN_FORMAT_VERSION,
  id: RUN_ID,
  name: 'sample',
  createdAt: '2026-01-01T12:00:00.000Z',
  engineVersion: '0.1.0',
  experimentPath: '/somewhere/sample.rlvr.json',
  modelPath: '/somewhere/model',
  modelHash: 'a'.repeat(64),
  datasetHash: 'b'.repeat(64),
  rewardHashes: { correct: 'c'.repeat(64) },
  gitCommit: null,
  gitDirty: false,
  seed: 1,
  provider: 'CPUExecutionProvider',
  threads: 2,
  platform: 'linux-x64',
};

export const experiment: Experiment = experimentSchema.parse({ model: 'model', dataset: { source: 'train.jsonl' } });

const folders: string[] = [];
process.on('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** An empty directory that is removed when the tests of the file are over and whatever was open in it is closed. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rlvr-test-'));
  folders.push(folder);
  return folder;
}

export function problem(index: number, split: ProblemRecord['split'] = 'train'): ProblemRecord {
  const question = `What is ${index} + ${index}?`;
  return { problem: index, split, prompt: `${question}\n`, row: { question, answer: String(2 * index) } };
}

export function completion(
  step: number,
  index: number,
  sample: number,
  changes: Partial<CompletionRecord> = {},
): CompletionRecord {
  const length = 3 + ((step * 7 + index * 3 + sample) % 5);
  const values = Float32Array.from({ length }, (_, i) => -(((step * 31 + index * 17 + sample * 5 + i) % 97) + 1) / 100);
  const right = (step + index + sample) % 2 === 0;
  const text = `In step ${step} apples number ${index * 2}, sample${sample}, so the answer is ${right ? index * 2 : 'unknown'}.`;
  return {
    key: { step, problem: index, occurrence: 0, round: 0, sample },
    purpose: 'rollout',
    split: 'train',
    text,
    tokens: Int32Array.from({ length }, (_, i) => (step * 1009 + index * 101 + sample * 11 + i) % 50_257),
    logprobs: values,
    sampledLogprobs: values,
    entropies: values.map((value) => -value / 2),
    tokenEnds: Int32Array.from({ length }, (_, i) => Math.min(text.length, (i + 1) * 15)),
    stopReason: right ? 'eos' : 'length',
    rewards: {
      correct: { value: right ? 1 : 0 },
      format:
        (step + sample) % 5 === 0
          ? { error: { kind: 'timeout', message: 'format.ts:3 took longer than 2 s' } }
          : { value: null },
    },
    reward: right ? 1 : 0,
    advantage: right ? 0.5 : -0.5,
    ...changes,
  };
}

export function stepRecord(step: number, state: string | null = null): StepRecord {
  const evaluation = step % 10 === 0;
  const rollouts = [0, 1].flatMap((index) => [0, 1, 2].map((sample) => completion(step, (step + index) % 7, sample)));
  const evaluated = [100, 101].map((index) =>
    completion(step, index, 0, { purpose: 'evaluation', split: 'validation', advantage: null }),
  );
  return {
    step,
    metrics: {
      reward: Math.sin(step),
      loss: step / 3,
      'completions/mean_length': 5 + (step % 3),
      ...(evaluation ? { 'eval/accuracy': 1 / (step + 1) } : {}),
    },
    problems: evaluation
      ? [problem(step % 7), problem((step + 1) % 7), problem(100, 'validation'), problem(101, 'validation')]
      : [problem(step % 7)],
    completions: evaluation ? [...rollouts, ...evaluated] : rollouts,
    evaluation: evaluation
      ? {
          step,
          split: 'validation',
          problems: 2,
          samples: 1,
          correct: 1,
          accuracy: { value: 0.5, low: 0.1, high: 0.9 },
        }
      : null,
    state,
  };
}
