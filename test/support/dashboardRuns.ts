/** Runs for the Dashboard: every metric a function of the step, so that what is drawn can be told. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { experimentSchema, type ExperimentInput } from '../../src/engine/protocol/experiment.ts';
import type { StepRecord } from '../../src/engine/protocol/run.ts';
import { ENGINE_LOG_FILE } from '../../src/engine/run/layout.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { completion, manifest, problem, RUN_ID, temporaryFolder } from '../run/samples.ts';

export const EVALUATE_EVERY = 20;
/** Held out. */
const PROBLEMS = 40;

/** A run that is open for writing: one that is running, until it is closed. */
export function startRun(steps: number, changes: Partial<ExperimentInput> = {}): RunWriter {
  const experiment = experimentSchema.parse({
    model: 'model',
    dataset: { source: 'train.jsonl' },
    rewards: [{ function: 'correct' }, { function: 'format', weight: 0.5 }],
    training: { steps },
    ...changes,
  });
  return RunWriter.create(join(temporaryFolder(), 'runs', RUN_ID), { ...manifest, name: 'apples' }, experiment);
}

/** Writes steps `first` to `last`; step 0 is the evaluation before the first. */
export function writeSteps(writer: RunWriter, first: number, last: number): void {
  writer.writeSteps(Array.from({ length: last - first + 1 }, (_, index) => dashboardStep(first + index)));
}

export function finish(writer: RunWriter): string {
  writer.setStatus('finished');
  writer.close();
  return writer.dir;
}

/** A run of so many steps that has ended. */
export function finishedRun(steps: number, changes: Partial<ExperimentInput> = {}): string {
  const writer = startRun(steps, changes);
  writeSteps(writer, 0, steps);
  return finish(writer);
}

/** Evaluates a run that has ended on ten test problems. */
export function evaluateLate(runDir: string, step: number, correct: number): void {
  const writer = RunWriter.open(runDir);
  const accuracy = { value: correct / 10, low: 0, high: 1 };
  writer.writeEvaluation({ step, split: 'test', problems: 10, samples: 1, correct, accuracy }, [], []);
  writer.close();
}

export function warn(runDir: string, message: string): void {
  appendFileSync(join(runDir, ENGINE_LOG_FILE), `2026-01-01T12:00:00.000Z warning: ${message}\n`);
}

/** What a step of the run has as `reward`. */
export function rewardAt(step: number): number {
  return step / (step + 50);
}

function dashboardStep(step: number): StepRecord {
  const reward = rewardAt(step);
  const due = step % EVALUATE_EVERY === 0;
  const solved = Math.round(PROBLEMS * reward);
  return {
    step,
    metrics: step === 0 ? {} : trainingMetrics(step, reward),
    problems: due ? Array.from({ length: PROBLEMS }, (_, index) => problem(1000 + index, 'validation')) : [],
    completions: due ? Array.from({ length: PROBLEMS }, (_, index) => heldOut(step, index, index < solved)) : [],
    evaluation: due
      ? {
          ...{ step, split: 'validation', problems: PROBLEMS, samples: 1, correct: solved },
          accuracy: { value: reward, low: Math.max(0, reward - 0.1), high: Math.min(1, reward + 0.1) },
        }
      : null,
    state: null,
  };
}

function trainingMetrics(step: number, reward: number): Record<string, number> {
  return {
    reward,
    'groups/reward_std': 0.4 - reward / 4,
    reward_std: 0.5,
    'rewards/correct/mean': reward * 0.9,
    'rewards/format/mean': reward * 0.2,
    frac_reward_zero_std: reward * 0.8,
    'groups/all_correct_frac': reward * 0.7,
    'groups/all_wrong_frac': reward * 0.1,
    'completions/mean_length': 100 + (step % 7),
    'completions/min_length': 10,
    'completions/max_length': 200,
    'completions/clipped_ratio': 0.6 - reward / 2,
    loss: Math.sin(step) / 100,
    grad_norm: 0.5,
    entropy: 2 - reward,
    learning_rate: 1e-5,
    num_tokens: step * 1000,
    step_time: 2,
    'my/own metric': step % 3,
  };
}

function heldOut(step: number, index: number, right: boolean): ReturnType<typeof completion> {
  return completion(step, 1000 + index, 0, {
    ...{ purpose: 'evaluation', split: 'validation', advantage: null, reward: right ? 1 : 0 },
    rewards: { correct: { value: right ? 1 : 0 }, format: { value: 0 } },
  });
}
