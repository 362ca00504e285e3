/** Run folders to compare: what each evaluation solved is given, and the rest is the same in all unless said otherwise. */
import { join } from 'node:path';
import { after } from 'node:test';
import { experimentSchema, type Experiment, type ExperimentInput } from '../../src/engine/protocol/experiment.ts';
import type { TaskEvaluation } from '../../src/engine/protocol/events.ts';
import type {
  CompletionRecord,
  ProblemRecord,
  RunManifest,
  RunStatus,
  StepRecord,
  TaskPlace,
} from '../../src/engine/protocol/run.ts';
import { rowOfProblem, taskOfProblem } from '../../src/engine/protocol/tasks.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { wilson } from '../../src/engine/evaluation/wilson.ts';
import { completion, manifest as sampleManifest, temporaryFolder } from '../run/samples.ts';

export interface ComparedRunOptions {
  /** A run's id; its folder. */
  readonly id: string;
  /** By step: which of the held-out problems were solved. */
  readonly evaluations?: Readonly<Record<number, readonly boolean[]>>;
  /** The same for the test part, after the last step. */
  readonly test?: readonly boolean[];
  readonly experiment?: Partial<ExperimentInput>;
  readonly manifest?: Partial<RunManifest>;
  readonly lastStep?: number;
  /** `stopped` unless given. */
  readonly status?: RunStatus;
  /** Row of the dataset of the first held-out problem. */
  readonly firstProblem?: number;
  /** In place of one dataset these; its problems are those that follow from its number on. */
  readonly tasks?: readonly (TaskPlace & Partial<NonNullable<ExperimentInput['tasks']>[string]>)[];
  readonly files?: Readonly<Record<string, string>>;
  /** A step from which on the reward `correct` is other code, by its hash. */
  readonly changed?: { readonly step: number; readonly hash: string };
}

export function comparedExperiment(changes: Partial<ExperimentInput> = {}): Experiment {
  return experimentSchema.parse({
    model: 'model',
    dataset: { source: 'train.jsonl', validation: 'heldout.jsonl' },
    rewards: [{ file: 'reward.ts', function: 'correct' }],
    training: { steps: 20 },
    evaluation: { every: 10 },
    seed: 1,
    ...changes,
  });
}

/** Writes a run and returns its folder. */
export function writeComparedRun(runsDir: string, options: ComparedRunOptions): string {
  const dir = join(runsDir, options.id);
  const { tasks } = options;
  const experiment = comparedExperiment({ ...(tasks && severalTasks(tasks)), ...options.experiment });
  const places = tasks?.map(({ name, first }) => ({ name, first }));
  const own = { id: options.id, name: null, seed: experiment.seed, ...(places && { tasks: places }) };
  const manifest = { ...sampleManifest, ...own, ...options.manifest };
  const writer = RunWriter.create(dir, manifest, experiment, options.files);
  const evaluations = options.evaluations ?? {};
  const lastStep = options.lastStep ?? Math.max(0, ...Object.keys(evaluations).map(Number));
  const first = options.firstProblem ?? 0;
  const { step: fromStep, hash } = options.changed ?? { step: lastStep + 1, hash: '' };
  const steps = Array.from({ length: lastStep + 1 }, (_, step) => comparedStep(step, evaluations[step], first, places));
  writer.writeSteps(steps.filter(({ step }) => step < fromStep));
  if (options.changed) {
    const folder = `rewards/0-${hash}`;
    const version = { fromStep, reward: 'correct', hash, entry: `${folder}/reward.ts` };
    writer.changeRewards(fromStep, [version], new Map([[folder, new Map([['reward.ts', Buffer.from(hash)]])]]));
  }
  writer.writeSteps(steps.filter(({ step }) => step >= fromStep));
  if (options.test) {
    const { problems, completions, summary } = evaluated(lastStep, options.test, { first, tasks: places }, 'test');
    writer.writeEvaluation(summary, problems, completions);
  }
  writer.setStatus(options.status ?? 'stopped');
  writer.close();
  return dir;
}

function severalTasks(tasks: NonNullable<ComparedRunOptions['tasks']>): Partial<ExperimentInput> {
  const configs = tasks.map(({ name, weight, rewards, solvedBy }) => {
    const config = { dataset: { source: `${name}.jsonl` }, weight, rewards, solvedBy };
    return [name, config] as const;
  });
  return { dataset: undefined, tasks: Object.fromEntries(configs) };
}

/** @param solved of the held-out problems, which begin at row `first`; without it, a step without evaluation */
export function comparedStep(
  step: number,
  solved?: readonly boolean[],
  first = 0,
  tasks?: readonly TaskPlace[],
): StepRecord {
  const found = solved ? evaluated(step, solved, { first, tasks }, 'validation') : null;
  return {
    step,
    metrics: {
      ...(step > 0 ? { reward: step / 20, 'completions/mean_length': 100 - step, num_tokens: 100 * step } : {}),
      ...(step > 0 ? { step_time: 0.5, frac_reward_zero_std: 0.25 } : {}),
      ...(found ? { 'eval/accuracy': found.summary.accuracy.value } : {}),
    },
    problems: found?.problems ?? [],
    completions: found?.completions ?? [],
    evaluation: found?.summary ?? null,
    state: null,
  };
}

interface Evaluated {
  readonly problems: readonly ProblemRecord[];
  readonly completions: readonly CompletionRecord[];
  readonly summary: NonNullable<StepRecord['evaluation']>;
}

function evaluated(
  step: number,
  solved: readonly boolean[],
  { first, tasks }: { readonly first: number; readonly tasks: readonly TaskPlace[] | undefined },
  split: 'validation' | 'test',
): Evaluated {
  const rows = solved.map((isSolved, index) => ({ isSolved, index: first + index }));
  const correct = solved.filter(Boolean).length;
  const question = (index: number): string => {
    const task = taskOfProblem({ tasks }, index);
    const row = rowOfProblem({ tasks }, index);
    return `${task === null ? '' : `${task}: `}What is ${row} and ${row}?`;
  };
  const ofTask = ({ name }: TaskPlace): [string, TaskEvaluation] => {
    const own = rows.filter(({ index }) => taskOfProblem({ tasks }, index) === name);
    const right = own.filter(({ isSolved }) => isSolved).length;
    return [name, { problems: own.length, correct: right, accuracy: wilson(right, own.length) }];
  };
  return {
    problems: rows.map(({ index }) => ({
      problem: index,
      split,
      prompt: `${question(index)}\n`,
      row: { question: question(index), answer: String(2 * rowOfProblem({ tasks }, index)) },
    })),
    completions: rows.map(({ isSolved, index }) =>
      completion(step, index, 0, {
        purpose: 'evaluation',
        split,
        advantage: null,
        rewards: { correct: { value: isSolved ? 1 : 0 } },
        reward: isSolved ? 1 : 0,
      }),
    ),
    summary: {
      step,
      split,
      problems: solved.length,
      samples: 1,
      correct,
      accuracy: wilson(correct, solved.length),
      ...(tasks && { tasks: Object.fromEntries(tasks.map(ofTask)) }),
    },
  };
}

/** `count` problems of which the first `solved` are solved. */
export function firstSolved(solved: number, count: number): boolean[] {
  return Array.from({ length: count }, (_, index) => index < solved);
}

/** Readers of runs that are written for the purpose, the n-th started in the n-th minute; closed when the file's tests are over. */
export function comparedReaders(...runs: readonly Omit<ComparedRunOptions, 'id'>[]): RunReader[] {
  const folder = temporaryFolder();
  const readers = runs.map((options, minute) =>
    RunReader.open(
      writeComparedRun(folder, { ...options, id: `20260101-12${String(minute).padStart(2, '0')}00-aaaa` }),
    ),
  );
  opened.push(...readers);
  return readers;
}

const opened: RunReader[] = [];
after(() => opened.forEach((reader) => reader.close()));
