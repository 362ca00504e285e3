/** Run folders for the tests of Outputs. */
import { join } from 'node:path';
import { experimentSchema } from '../../src/engine/protocol/experiment.ts';
import type { CompletionRecord, ProblemRecord, StepRecord } from '../../src/engine/protocol/run.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { manifest, RUN_ID, temporaryFolder } from '../run/samples.ts';

const experiment = experimentSchema.parse({
  name: 'sums',
  model: 'model',
  dataset: { source: 'train.jsonl', validation: 'heldout.jsonl', prompt: '{question}\n' },
  rewards: [
    { file: 'reward.ts', function: 'correct' },
    { function: 'format', weight: 0.1 },
  ],
});

const GROUP_SIZE = 4;
const PROBLEMS_PER_STEP = 3;
const PROBLEMS = 6;

export function problem(index: number, split: ProblemRecord['split'] = 'train'): ProblemRecord {
  const question = `Ada has ${index} apples and buys 2. How many?`;
  return {
    problem: index,
    split,
    prompt: `Answer with a number.\n\n${question}\n`,
    row: { question, answer: `${index + 2}` },
  };
}

/** One token for each word, with the white space before it. */
export function completion(
  key: CompletionRecord['key'],
  text: string,
  right: boolean,
  changes: Partial<CompletionRecord> = {},
): CompletionRecord {
  let end = 0;
  const tokenEnds = Int32Array.from(text.match(/\s*\S+/gu) ?? [], (piece) => (end += piece.length));
  const logprobs = Float32Array.from(tokenEnds, (_, token) => -(token % 5));
  return {
    key,
    purpose: 'rollout',
    split: 'train',
    text,
    tokens: new Int32Array(tokenEnds.length),
    logprobs,
    sampledLogprobs: logprobs,
    entropies: logprobs.map((value) => -value / 2),
    tokenEnds,
    stopReason: 'eos',
    rewards: { correct: { value: Number(right) }, format: { value: null } },
    reward: Number(right),
    advantage: right ? 0.75 : -0.25,
    ...changes,
  };
}

/** Problems of a step; problem 5 is never solved, the others from step 2 on. */
export function stepRecord(step: number): StepRecord {
  const indices = Array.from(
    { length: PROBLEMS_PER_STEP },
    (_, place) => (step * PROBLEMS_PER_STEP + place) % PROBLEMS,
  );
  const rollouts = indices.flatMap((index) =>
    Array.from({ length: GROUP_SIZE }, (_, sample) => {
      const right = step >= 2 && index !== 5 && sample < step % 4;
      const answer = right ? index + 2 : 'unsure';
      const key = { step, problem: index, occurrence: 0, round: 0, sample };
      return completion(
        key,
        `In step ${step} Ada had ${index}.\nSo the answer is ${answer}`,
        right,
        changesOf(step, sample),
      );
    }),
  );
  const evaluated = step % 5 === 0 ? [0, 1].map((index) => heldOut(step, index)) : [];
  return {
    step,
    metrics: { reward: step / 10 },
    problems: [
      ...indices.map((index) => problem(index)),
      ...evaluated.map(({ key }) => problem(key.problem, 'validation')),
    ],
    completions: [...rollouts, ...evaluated],
    evaluation: null,
    state: null,
  };
}

function heldOut(step: number, index: number): CompletionRecord {
  const key = { step, problem: index, occurrence: 0, round: 0, sample: 0 };
  return completion(key, `Held out at ${step}: ${index + 2}`, index < step / 5, {
    purpose: 'evaluation',
    split: 'validation',
    advantage: null,
  });
}

/** The last of each group is cut off; of every fifth step, the reward of the third failed. */
function changesOf(step: number, sample: number): Partial<CompletionRecord> {
  if (sample === GROUP_SIZE - 1) return { stopReason: 'length' };
  if (sample !== 2 || step % 5 !== 0) return {};
  const error = { kind: 'timeout', message: 'reward.ts:12 took longer than 2 s' } as const;
  return { rewards: { correct: { error }, format: { value: null } }, reward: null, advantage: null };
}

/** A run of the steps 0 to `last`, still open for more; the caller closes it. */
export function openRun(last: number): RunWriter {
  const dir = join(temporaryFolder(), RUN_ID);
  const writer = RunWriter.create(
    dir,
    { ...manifest, name: 'sums', experimentPath: '/project/sums.rlvr.json' },
    experiment,
  );
  writer.writeSteps(Array.from({ length: last + 1 }, (_, step) => stepRecord(step)));
  return writer;
}

/** The folder of a finished run of the steps 0 to `last`. */
export function finishedRun(last: number): string {
  const writer = openRun(last);
  writer.setStatus('finished');
  writer.close();
  return writer.dir;
}

/** The folder of a run with one group of one problem. @param changes by the place in the group */
export function runOf(
  texts: readonly string[],
  prompt = problem(1).prompt,
  changes: readonly Partial<CompletionRecord>[] = [],
): string {
  const dir = join(temporaryFolder(), RUN_ID);
  const writer = RunWriter.create(dir, manifest, experiment);
  const completions = texts.map((text, sample) =>
    completion({ step: 1, problem: 1, occurrence: 0, round: 0, sample }, text, false, changes[sample]),
  );
  const problems = [{ ...problem(1), prompt, row: { question: prompt } }];
  writer.writeStep({ step: 1, metrics: {}, problems, completions, evaluation: null, state: null });
  writer.close();
  return dir;
}

/** The folder of a finished run of two tasks: the rows 0 and 1 of `sums`, and row 0 of `words`, where the form is what is solved. */
export function runOfTasks(): string {
  const dir = join(temporaryFolder(), RUN_ID);
  const tasks = [
    { name: 'sums', first: 0 },
    { name: 'words', first: 2 },
  ];
  const { rewards } = experiment;
  const both = experimentSchema.parse({
    model: 'model',
    rewards,
    tasks: {
      sums: { dataset: { source: 'sums.jsonl' }, rewards: ['correct'] },
      words: { dataset: { source: 'words.jsonl' }, rewards: ['format'] },
    },
  });
  const writer = RunWriter.create(dir, { ...manifest, tasks, experimentPath: '/project/two.rlvr.json' }, both);
  const verdicts = { 0: { correct: { value: 1 } }, 1: { correct: { value: 0 } }, 2: { format: { value: 1 } } };
  const completions = Object.entries(verdicts).map(([index, own]) =>
    completion({ step: 1, problem: Number(index), occurrence: 0, round: 0, sample: 0 }, `Text ${index}`, false, {
      rewards: { correct: { value: null }, format: { value: null }, ...own },
    }),
  );
  const problems = [0, 1, 2].map((index) => problem(index));
  writer.writeStep({ step: 1, metrics: {}, problems, completions, evaluation: null, state: null });
  writer.setStatus('finished');
  writer.close();
  return dir;
}
