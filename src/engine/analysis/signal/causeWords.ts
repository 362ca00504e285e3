/** What each cause of a dead group is called, what it means, and what in the experiment would change it. */
import type { Experiment } from '../../protocol/experiment.ts';
import { rewardName } from '../../protocol/experimentChecks.ts';
import type { Lever, SettingPath, SignalCause } from '../../protocol/panels/signal.ts';
import { datasetEntry, type Task } from '../../protocol/tasks.ts';
import { plural } from '../../words/format.ts';

export interface CauseWords {
  readonly name: string;
  readonly meaning: string;
  readonly levers: readonly Lever[];
}

/** What a cause was found in. */
export interface Concerned {
  readonly experiment: Experiment;
  /** The tasks whose groups died of it, one at least. */
  readonly tasks: readonly Task[];
  /** Names of the rewards that failed, or said nothing, where that is the cause. */
  readonly blamed: readonly string[];
}

export function causeWords(cause: SignalCause, concerned: Concerned): CauseWords {
  return WORDS[cause](concerned);
}

const WORDS: Readonly<Record<SignalCause, (concerned: Concerned) => CauseWords>> = {
  failed: ({ experiment, blamed }) => ({
    name: 'reward failed',
    meaning:
      'A reward function failed, and a completion without its value has no reward, which is not a 0. The warnings say why.',
    levers: blamed.map((name) => functionLever(experiment, name)),
  }),
  unscored: ({ experiment, blamed }) => ({
    name: 'no reward',
    meaning:
      'The reward functions said null, "not applicable", of nearly every completion, so there is nothing to compare.',
    levers: blamed.map((name) => functionLever(experiment, name)),
  }),
  cancel: ({ experiment, tasks }) => ({
    name: 'rewards cancel',
    meaning:
      'The completions differ in single rewards, but the weighted sums are the same. Other weights would tell them apart.',
    levers: experiment.rewards.flatMap((reward, index): Lever[] => {
      const name = rewardName(reward);
      const applies = tasks.some(({ rewards }) => rewards.includes(name));
      return applies ? [{ kind: 'setting', label: `weight of ${name}`, path: ['rewards', index, 'weight'] }] : [];
    }),
  }),
  right: ({ experiment, tasks }) => ({
    name: 'all right',
    meaning: 'Every completion solves its problem: there is nothing left to learn from it. Harder problems have more.',
    levers: [...ofDatasets(tasks, 'source'), ...dynamicSampling(experiment)],
  }),
  truncated: ({ experiment: { algorithm, rollout } }) => ({
    name: 'all cut off',
    meaning: `The completions reach the greatest length, ${plural(rollout.maxCompletionLength, 'token')}, before they solve the problem.`,
    levers: [
      setting('rollout', 'maxCompletionLength'),
      ...(algorithm.maskTruncated ? [setting('algorithm', 'maskTruncated')] : []),
    ],
  }),
  unanswered: ({ experiment, tasks }) => ({
    name: 'no answer found',
    meaning: `${decidingWords(tasks)} an answer in none of the completions. The prompt can ask for the form that is looked for, or another rule can be taken.`,
    levers: [
      ...ofDatasets(tasks, 'prompt'),
      ...deciding(tasks).map((name): Lever => {
        const index = experiment.rewards.findIndex((reward) => rewardName(reward) === name);
        return { kind: 'setting', label: `options of ${name}`, path: ['rewards', index, 'options'] };
      }),
    ],
  }),
  wrong: ({ experiment, tasks }) => ({
    name: 'all wrong',
    meaning:
      'No completion solves its problem. Easier problems, larger groups or a reward with more grades tell completions apart.',
    levers: [...ofDatasets(tasks, 'source'), setting('rollout', 'groupSize'), ...dynamicSampling(experiment)],
  }),
  undecided: ({ tasks }) => ({
    name: 'not decided',
    meaning: `${quotedList(deciding(tasks))}, which ${deciding(tasks).length === 1 ? 'says' : 'say'} what is solved, gave no value, and the other rewards are the same.`,
    levers: tasks.map(({ name }) =>
      name === null ? setting('evaluation', 'reward') : setting('tasks', name, 'solvedBy'),
    ),
  }),
};

/** The rewards that say what is solved in these tasks. */
function deciding(tasks: readonly Task[]): string[] {
  return [...new Set(tasks.map(({ solvedBy }) => solvedBy))];
}

function decidingWords(tasks: readonly Task[]): string {
  const names = deciding(tasks);
  return `${quotedList(names)} ${names.length === 1 ? 'finds' : 'find'}`;
}

function quotedList(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(' and ');
}

/** An entry of each task's dataset. */
function ofDatasets(tasks: readonly Task[], entry: string): Lever[] {
  return tasks.map(({ name }) => setting(...datasetEntry(name, entry)));
}

function setting(...path: SettingPath): Lever {
  return { kind: 'setting', label: path.join('.'), path };
}

/** It draws other problems in place of dead groups; where it is on already, it has done so. */
function dynamicSampling({ algorithm }: Experiment): Lever[] {
  return algorithm.dynamicSampling === false ? [setting('algorithm', 'dynamicSampling')] : [];
}

/** The function where it is the user's, its entry in the experiment where it is built in. */
function functionLever(experiment: Experiment, name: string): Lever {
  const index = experiment.rewards.findIndex((reward) => rewardName(reward) === name);
  return experiment.rewards[index]?.file === undefined
    ? { kind: 'setting', label: name, path: ['rewards', Math.max(0, index)] }
    : { kind: 'reward', label: name, name };
}
