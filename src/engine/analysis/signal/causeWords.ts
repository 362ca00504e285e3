/** What each cause of a dead group is called, what it means, and what in the experiment would change it. */
import type { Experiment } from '../../protocol/experiment.ts';
import { rewardName, solvedBy } from '../../protocol/experimentChecks.ts';
import type { Lever, SettingPath, SignalCause } from '../../protocol/panels/signal.ts';
import { plural } from '../../words/format.ts';

export interface CauseWords {
  readonly name: string;
  readonly meaning: string;
  readonly levers: readonly Lever[];
}

/** @param blamed names of the rewards that failed, or said nothing, where that is the cause */
export function causeWords(cause: SignalCause, experiment: Experiment, blamed: readonly string[]): CauseWords {
  return WORDS[cause](experiment, blamed);
}

const WORDS: Readonly<Record<SignalCause, (experiment: Experiment, blamed: readonly string[]) => CauseWords>> = {
  failed: (experiment, blamed) => ({
    name: 'reward failed',
    meaning:
      'A reward function failed, and a completion without its value has no reward, which is not a 0. The warnings say why.',
    levers: blamed.map((name) => functionLever(experiment, name)),
  }),
  unscored: (experiment, blamed) => ({
    name: 'no reward',
    meaning:
      'The reward functions said null, "not applicable", of nearly every completion, so there is nothing to compare.',
    levers: blamed.map((name) => functionLever(experiment, name)),
  }),
  cancel: (experiment) => ({
    name: 'rewards cancel',
    meaning:
      'The completions differ in single rewards, but the weighted sums are the same. Other weights would tell them apart.',
    levers: experiment.rewards.map((reward, index) => ({
      kind: 'setting',
      label: `weight of ${rewardName(reward)}`,
      path: ['rewards', index, 'weight'],
    })),
  }),
  right: (experiment) => ({
    name: 'all right',
    meaning: 'Every completion solves its problem: there is nothing left to learn from it. Harder problems have more.',
    levers: [setting('dataset', 'source'), ...dynamicSampling(experiment)],
  }),
  truncated: ({ algorithm, rollout }) => ({
    name: 'all cut off',
    meaning: `The completions reach the greatest length, ${plural(rollout.maxCompletionLength, 'token')}, before they solve the problem.`,
    levers: [
      setting('rollout', 'maxCompletionLength'),
      ...(algorithm.maskTruncated ? [setting('algorithm', 'maskTruncated')] : []),
    ],
  }),
  unanswered: (experiment) => {
    const name = solvedBy(experiment);
    const index = experiment.rewards.findIndex((reward) => rewardName(reward) === name);
    return {
      name: 'no answer found',
      meaning: `"${name}" finds an answer in none of the completions. The prompt can ask for the form it looks for, or another rule can be taken.`,
      levers: [
        setting('dataset', 'prompt'),
        { kind: 'setting', label: `options of ${name}`, path: ['rewards', index, 'options'] },
      ],
    };
  },
  wrong: (experiment) => ({
    name: 'all wrong',
    meaning:
      'No completion solves its problem. Easier problems, larger groups or a reward with more grades tell completions apart.',
    levers: [setting('dataset', 'source'), setting('rollout', 'groupSize'), ...dynamicSampling(experiment)],
  }),
  undecided: (experiment) => ({
    name: 'not decided',
    meaning: `"${solvedBy(experiment)}", which says what is solved, gave no value, and the other rewards are the same.`,
    levers: [setting('evaluation', 'reward')],
  }),
};

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
