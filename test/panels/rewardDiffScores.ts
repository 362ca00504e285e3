/** Two versions of the reward of `finishedRun(10)`, as an engine would have answered of the newer one. */
import { experimentSchema } from '../../src/engine/protocol/experiment.ts';
import type { StoredGroup } from '../../src/engine/protocol/scoring.ts';
import type { Scores } from '../../src/extension/engine/engineQuestions.ts';
import type { Comparison, ComparisonPlan } from '../../src/extension/rewardDiffs/rewardDiffs.ts';

const group = (step: number, problem: number): StoredGroup => ({ step, purpose: 'rollout', split: 'train', problem });

/** Of the recorded scores 1, 1, an error and 0 of step 10, and the four 0 of step 4. */
export const COMPARED = [group(4, 0), group(10, 0), group(10, 1), group(10, 2)];
const AFTER = [
  [1, 0, 0, 0],
  [0, 0, 1, 1],
  [1, 1, 1, 1],
  [1, 1, NaN, 0],
];

/** In the order of the run's experiment. */
export const REWARDS = experimentSchema.parse({
  model: 'model',
  dataset: { source: 'train.jsonl', prompt: '{question}' },
  rewards: [
    { file: 'reward.ts', function: 'correct' },
    { function: 'format', weight: 0.1 },
  ],
}).rewards;

export function scoresOf(groups: readonly (readonly number[])[]): Scores {
  const values = Float64Array.from(groups.flat());
  return {
    rewards: ['correct', 'format'],
    samples: groups.map(({ length }) => length),
    combined: values,
    byReward: [values, new Float64Array(values.length).fill(NaN)],
    errors: [...values].flatMap((value, completion) =>
      Number.isNaN(value)
        ? [{ reward: 'correct', completion, kind: 'timeout' as const, message: 'took too long' }]
        : [],
    ),
    trace: null,
  };
}

/** Against what was recorded. */
export const COMPARISON: Comparison = {
  groups: COMPARED,
  before: null,
  after: { rewards: REWARDS, scores: scoresOf(AFTER) },
};

export function planFor(runDir: string, changes: Partial<ComparisonPlan> = {}): ComparisonPlan {
  return {
    runDir,
    title: 'reward.ts, before and after saving',
    origin: { kind: 'save', texts: [] },
    showSource: () => Promise.resolve(),
    version: null,
    list: false,
    ...changes,
  };
}
