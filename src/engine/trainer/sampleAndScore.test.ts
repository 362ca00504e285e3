import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completionOf } from '../../../test/support/completions.ts';
import type { GeneratedGroup } from '../protocol/compute.ts';
import { experimentSchema } from '../protocol/experiment.ts';
import { RewardFailures } from './rewardFailures.ts';
import { sampleAndScore, type SamplingContext } from './sampleAndScore.ts';

const NEVER = new Promise<never>(() => {});

const asked = ['a', 'b', 'c', 'd'].map((prompt, problem) => ({
  problem: {
    task: null,
    problem,
    fileRow: problem,
    split: 'train',
    prompt,
    row: {},
    tokens: new Int32Array(),
  } as const,
  keys: [{ step: 1, problem, occurrence: 0, round: 0, sample: 0 }],
}));

/** The one completion of a group; its text is the group's place. */
function generated(group: number): GeneratedGroup {
  return { group, completions: [completionOf({ key: { problem: group }, text: String(group) })] };
}

type Parts = Pick<SamplingContext, 'sample' | 'scorer'>;

/** What comes of it: prompts with their rewards, in order. */
async function results({ sample, scorer }: Parts, onSampled = (): void => {}): Promise<[string, number | null][]> {
  const experiment = experimentSchema.parse({
    model: 'm',
    dataset: { source: 'd', prompt: '{{q}}' },
    rewards: [{ function: 'correct' }],
  });
  const run = { experiment, sample, scorer, writer: null, failures: new RewardFailures(), emit: () => {} };
  const { rollout } = experiment;
  const how = { step: 1, purpose: 'rollout', recordedAs: 'rollout', sampling: rollout, onSampled } as const;
  const groups = await sampleAndScore(run, asked, how);
  return groups.map(({ problem, scored }) => [problem.prompt, scored[0]?.reward ?? null]);
}

/** Ten times the place. */
const scoreOf = ({ completions }: { readonly completions: readonly { readonly text: string }[] }) =>
  completions.map(({ text }) => ({ rewards: {}, reward: 10 * Number(text) }));

test('groups are scored while others are sampled, together where they came meanwhile, and stand in the order asked', async () => {
  const told: string[] = [];
  let firstScored = (): void => {};
  const scored = new Promise<void>((resolve) => (firstScored = resolve));
  const sample: Parts['sample'] = async (_, { onGroup }) => {
    onGroup(generated(2));
    // The sampling goes on when the scores of the first group are there: it does not wait for the end.
    await scored;
    for (const group of [3, 0, 1]) onGroup(generated(group));
    return {};
  };
  const score: Parts['scorer']['score'] = async (groups) => {
    told.push(groups.map(({ prompt }) => prompt).join(' '));
    await Promise.resolve();
    firstScored();
    return groups.map(scoreOf);
  };
  const found = await results({ sample, scorer: { score } }, () => told.push('sampled'));
  assert.deepEqual(found, [
    ['a', 0],
    ['b', 10],
    ['c', 20],
    ['d', 30],
  ]);
  assert.equal(told[0], 'c');
  assert.deepEqual(told.toSorted(), ['c', 'd a b', 'sampled']);
});

test('either that fails is the end, whatever the other does', async () => {
  const all: Parts['sample'] = (_, { onGroup }) => {
    for (const group of [0, 1, 2, 3]) onGroup(generated(group));
    return Promise.resolve({});
  };
  const hangs: Parts['scorer'] = { score: () => NEVER };
  await assert.rejects(results({ sample: () => Promise.reject(new Error('no memory')), scorer: hangs }), /no memory/);
  const closed: Parts['scorer'] = { score: () => Promise.reject(new Error('closed')) };
  await assert.rejects(results({ sample: all, scorer: closed }), /closed/);
  const unending: Parts['sample'] = (request, listener) => all(request, listener).then(() => NEVER);
  await assert.rejects(results({ sample: unending, scorer: closed }), /closed/);
});

test('a group that was never told of is an error and no endless wait', async () => {
  const sample: Parts['sample'] = (_, { onGroup }) => {
    onGroup(generated(0));
    return Promise.resolve({});
  };
  const scorer: Parts['scorer'] = { score: (groups) => Promise.resolve(groups.map(scoreOf)) };
  await assert.rejects(results({ sample, scorer }), /problem 1 was not sampled/);
});
