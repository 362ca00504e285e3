/**
 * The two runs that the editor is measured with. They are written through the real `RunWriter`, many steps in one transaction, which
 * spares the wait for the disk and nothing else.
 */
import { basename } from 'node:path';
import { experimentSchema } from '../../src/engine/protocol/experiment.ts';
import type { RewardResult } from '../../src/engine/protocol/completion.ts';
import {
  RUN_FORMAT_VERSION,
  type CompletionRecord,
  type ProblemRecord,
  type RunManifest,
  type StepRecord,
} from '../../src/engine/protocol/run.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { TextMaker } from './words.ts';

export const METRIC_STEPS = 1_000_000;
/** Those of the Dashboard's four curves, and some of "More". */
const METRICS: Readonly<Record<string, (step: number, noise: number) => number>> = {
  reward: (step, noise) => 1 - Math.exp(-step / 300_000) + (noise - 0.5) * 0.2,
  reward_std: (_, noise) => 0.3 + noise * 0.1,
  frac_reward_zero_std: (step, noise) => 0.5 + 0.3 * Math.sin(step / 100_000) + (noise - 0.5) * 0.2,
  'completions/mean_length': (step, noise) => 100 + 50 * Math.sin(step / 200_000) + noise * 20,
  'completions/clipped_ratio': (_, noise) => noise * 0.1,
  num_tokens: (step) => step * 3000,
  step_time: (_, noise) => 2 + noise,
  loss: (_, noise) => (noise - 0.5) * 0.01,
  entropy: (step, noise) => 2 * Math.exp(-step / 500_000) + noise * 0.1,
  grad_norm: (_, noise) => 0.1 + noise ** 4,
  learning_rate: (step) => 1e-5 * (1 - step / METRIC_STEPS),
  'clip_ratio/region_mean': (_, noise) => noise * 0.02,
};

/** As many problems as GSM8K's training part has. */
const TRAIN_PROBLEMS = 7473;
const HELD_OUT_PROBLEMS = 200;
const PROBLEMS_PER_STEP = 8;
const GROUP_SIZE = 8;
const ROLLOUT_STEPS = 7500;
const EVALUATE_EVERY = 75;
/** 480,000 rollouts and 20,000 of evaluations. */
export const COMPLETIONS =
  ROLLOUT_STEPS * PROBLEMS_PER_STEP * GROUP_SIZE + (ROLLOUT_STEPS / EVALUATE_EVERY) * HELD_OUT_PROBLEMS;

const LIVE_PROBLEMS = 200;
const LIVE_GROUP_SIZE = 4;
const LIVE_EVALUATE_EVERY = 100;

const VOCABULARY = 50_257;
const ERROR_RATE = 0.002;
const TRUNCATION_RATE = 0.03;

function manifestOf(id: string, folder: string): RunManifest {
  return {
    formatVersion: RUN_FORMAT_VERSION,
    id,
    name: id,
    createdAt: '2026-01-01T12:00:00.000Z',
    engineVersion: '0.1.0',
    experimentPath: `${folder}/bench.rlvr.json`,
    modelPath: `${folder}/model`,
    modelHash: 'a'.repeat(64),
    datasetHash: 'b'.repeat(64),
    rewardHashes: { correct: 'c'.repeat(64), format: 'd'.repeat(64) },
    gitCommit: null,
    gitDirty: false,
    seed: 1,
    provider: 'cpu',
    threads: 2,
    platform: 'linux-x64',
  };
}

const experiment = experimentSchema.parse({
  model: 'model',
  dataset: { source: 'train.jsonl', validation: 'heldout.jsonl' },
  rewards: [
    { file: 'reward.ts', function: 'correct' },
    { function: 'format', weight: 0.1 },
  ],
});

/** Writes `METRIC_STEPS` steps of 12 metrics into the new run folder `dir`. */
export function writeMetricsRun(dir: string): void {
  const text = new TextMaker(1);
  writeRun(dir, METRIC_STEPS, 10_000, (step) => {
    return { step, metrics: metricsOf(step, text), problems: [], completions: [], evaluation: null, state: null };
  });
}

/** A run that is to be written step by step, with `liveStep`. */
export function createLiveRun(dir: string): RunWriter {
  return RunWriter.create(dir, manifestOf(basename(dir), dir), experiment);
}

/** A step as a small model's is: all metrics, two problems with four completions of each, now and then an evaluation. */
export function liveStep(step: number, text: TextMaker): StepRecord {
  const problems = [2 * step, 2 * step + 1].map((problem) => problem % LIVE_PROBLEMS);
  const completions = problems.flatMap((problem) =>
    Array.from({ length: LIVE_GROUP_SIZE }, (_, sample) =>
      completionOf(text, { step, problem, occurrence: 0, round: 0, sample }, 'train', 0.5),
    ),
  );
  const accuracy = { value: 0.5, low: 0.4, high: 0.6 };
  const evaluation = { step, split: 'validation', problems: 100, samples: 1, correct: 50, accuracy } as const;
  return {
    step,
    metrics: metricsOf(step, text),
    problems: problems.map((problem) => problemOf(text, problem, 'train')),
    completions,
    evaluation: step % LIVE_EVALUATE_EVERY === 0 ? evaluation : null,
    state: null,
  };
}

function metricsOf(step: number, text: TextMaker): Record<string, number> {
  return Object.fromEntries(Object.entries(METRICS).map(([name, value]) => [name, value(step, text.number())]));
}

/** Writes `COMPLETIONS` completions of about 60 words into the new run folder `dir`. */
export function writeCompletionsRun(dir: string): void {
  const text = new TextMaker(2);
  const seen = new Set<number>();
  writeRun(dir, ROLLOUT_STEPS, 50, (step) => {
    const skill = 0.2 + (0.6 * step) / ROLLOUT_STEPS;
    const drawn = new Set<number>();
    while (drawn.size < PROBLEMS_PER_STEP) drawn.add(text.integer(TRAIN_PROBLEMS));
    const problems: ProblemRecord[] = [];
    for (const problem of drawn) {
      if (!seen.has(problem)) problems.push(problemOf(text, problem, 'train'));
      seen.add(problem);
    }
    const completions = [...drawn].flatMap((problem) =>
      Array.from({ length: GROUP_SIZE }, (_, sample) =>
        completionOf(text, { step, problem, occurrence: 0, round: 0, sample }, 'train', skill),
      ),
    );
    if (step % EVALUATE_EVERY !== 0) return stepOf(step, problems, completions, text);
    const heldOut = Array.from({ length: HELD_OUT_PROBLEMS }, (_, problem) => problem);
    if (step === EVALUATE_EVERY) problems.push(...heldOut.map((problem) => problemOf(text, problem, 'validation')));
    const evaluated = heldOut.map((problem) =>
      completionOf(text, { step, problem, occurrence: 0, round: 0, sample: 0 }, 'validation', skill),
    );
    return stepOf(step, problems, [...completions, ...evaluated], text);
  });
}

function writeRun(dir: string, steps: number, batch: number, record: (step: number) => StepRecord): void {
  const writer = RunWriter.create(dir, manifestOf('bench', dir), experiment);
  try {
    for (let first = 1; first <= steps; first += batch)
      writer.writeSteps(
        Array.from({ length: Math.min(batch, steps - first + 1) }, (_, index) => record(first + index)),
      );
    writer.setStatus('finished');
  } finally {
    writer.close();
  }
}

function stepOf(
  step: number,
  problems: readonly ProblemRecord[],
  completions: readonly CompletionRecord[],
  text: TextMaker,
): StepRecord {
  return { step, metrics: { reward: text.number() }, problems, completions, evaluation: null, state: null };
}

function problemOf(text: TextMaker, problem: number, split: ProblemRecord['split']): ProblemRecord {
  const question = `${text.sentence()} ${text.sentence()} How many?`;
  return { problem, split, prompt: `${question}\n`, row: { question, answer: `#### ${problem}` } };
}

function completionOf(
  text: TextMaker,
  key: CompletionRecord['key'],
  split: ProblemRecord['split'],
  skill: number,
): CompletionRecord {
  const right = text.number() < skill;
  const failed = text.number() < ERROR_RATE;
  const solution = text.solution(right ? key.problem : text.integer(1000));
  // One token for a word, its white space with it, as tokenizers of English have about.
  const pieces = solution.match(/\s*\S+/g) ?? [];
  let end = 0;
  const logprobs = Float32Array.from(pieces, () => -((-Math.log(1 - text.number())) ** 2) / 4);
  const correct: RewardResult = failed
    ? { error: { kind: 'threw', message: 'TypeError: cannot read "answer" of undefined (reward.ts:12)' } }
    : { value: right ? 1 : 0 };
  const format = text.number();
  return {
    key,
    purpose: split === 'train' ? 'rollout' : 'evaluation',
    split,
    text: solution,
    tokens: Int32Array.from(pieces, () => text.integer(VOCABULARY)),
    logprobs,
    sampledLogprobs: logprobs,
    entropies: logprobs.map((logprob) => -logprob / 2),
    tokenEnds: Int32Array.from(pieces, (piece) => (end += piece.length)),
    stopReason: text.number() < TRUNCATION_RATE ? 'length' : 'eos',
    rewards: { correct, format: { value: format } },
    reward: failed ? null : Number(right) + 0.1 * format,
    advantage: split === 'train' && !failed ? Number(right) - skill : null,
  };
}
