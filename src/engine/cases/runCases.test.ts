import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RewardResult } from '../protocol/completion.ts';
import { UserError } from '../protocol/errors.ts';
import { rewardConfigSchema } from '../protocol/experiment.ts';
import type { ExpectedScore, RewardCase } from '../protocol/rewardCases.ts';
import { caseTitle } from './caseTitle.ts';
import { runCases, verdictOn, type ScoreGroups } from './runCases.ts';

function aCase(changes: Partial<RewardCase> = {}): RewardCase {
  return {
    name: null,
    function: 'length',
    expected: 1,
    tolerance: 1e-6,
    row: {},
    prompt: '',
    completions: [{ text: 'a', tokens: 1 }],
    index: 0,
    step: null,
    isGroup: false,
    from: null,
    ...changes,
  };
}

const surroundings = { rewardFile: '/project/reward.ts', experiments: [] };

/** A function whose score is the number of characters. */
const byLength: ScoreGroups = (_, groups) =>
  Promise.resolve(groups.map(({ completions }) => completions.map(({ text }) => ({ value: text.length }))));

test('equal within the tolerance, in either direction', () => {
  const cases: [ExpectedScore, number, RewardResult, string][] = [
    [1, 0, { value: 1 }, 'passed'],
    [1, 0, { value: 1.0001 }, 'failed'],
    [0.3, 1e-6, { value: 0.1 + 0.2 }, 'passed'],
    [1, 0.5, { value: 0.5 }, 'passed'],
    [1, 0.5, { value: 1.6 }, 'failed'],
    [null, 1, { value: null }, 'passed'],
    [null, 1, { value: 0 }, 'failed'],
    [0, 1, { value: null }, 'failed'],
    [0, 1, { error: { kind: 'threw', message: 'broken' } }, 'error'],
    ['error', 1, { error: { kind: 'threw', message: 'broken' } }, 'passed'],
    // It shall throw, not hang.
    ['error', 1, { error: { kind: 'timeout', message: 'slow' } }, 'error'],
    ['error', 1, { value: 0 }, 'failed'],
    ['error', 1, { value: null }, 'failed'],
  ];
  for (const [expected, tolerance, result, outcome] of cases)
    assert.equal(verdictOn({ expected, tolerance }, result).outcome, outcome, JSON.stringify([expected, result]));
});

test('verdicts are in the order of the cases, whatever they are about', async () => {
  const asked: string[] = [];
  const verdicts = await runCases(
    [aCase(), aCase({ function: 'other' }), aCase({ expected: 2 }), aCase({ function: 'other', expected: 0 })],
    {
      ...surroundings,
      score: (reward, groups) => {
        asked.push(`${reward.config.function} ${groups.length}`);
        return byLength(reward, groups);
      },
    },
  );
  assert.deepEqual(asked, ['length 2', 'other 2']);
  assert.deepEqual(
    verdicts.map(({ outcome }) => outcome),
    ['passed', 'passed', 'failed', 'failed'],
  );
});

test('of a group the one completion counts that the case is about', async () => {
  const completions = ['a', 'bb', 'ccc'].map((text) => ({ text, tokens: 1 }));
  const score: ScoreGroups = (reward, groups) => {
    assert.equal(reward.config.per, 'group');
    return byLength(reward, groups);
  };
  const group = aCase({ completions, index: 2, isGroup: true, expected: 3 });
  assert.deepEqual(await runCases([group], { ...surroundings, score }), [{ outcome: 'passed', value: 3 }]);
});

test('a function that judges groups is not asked about one completion', async () => {
  const config = rewardConfigSchema.parse({ file: 'reward.ts', function: 'length', per: 'group' });
  const experiments = [{ path: '/project/a.rlvr.json', rewards: [config] }];
  const score: ScoreGroups = () => assert.fail('asked');
  const [verdict] = await runCases([aCase()], { ...surroundings, experiments, score });
  assert.match(verdict?.outcome === 'error' ? verdict.message : '', /judges whole groups .* Pin it again/);
});

test('a file that cannot be used is an error of each of its cases; a fault of ours is none', async () => {
  const refuse: ScoreGroups = () => Promise.reject(new UserError('reward.ts cannot be loaded'));
  const verdicts = await runCases([aCase(), aCase({ expected: 2 })], { ...surroundings, score: refuse });
  assert.deepEqual(
    verdicts,
    [1, 2].map(() => ({ outcome: 'error', message: 'reward.ts cannot be loaded' })),
  );
  const fault: ScoreGroups = () => Promise.reject(new TypeError('ours'));
  await assert.rejects(runCases([aCase()], { ...surroundings, score: fault }), TypeError);
});

test('a case is called by its name, or by how the completion ends', () => {
  assert.equal(caseTitle(aCase({ name: 'a comma in the number' })), 'a comma in the number');
  assert.equal(
    caseTitle(aCase({ completions: [{ text: 'so\n the answer\tis 4.\n', tokens: 1 }] })),
    'so the answer is 4.',
  );
  assert.equal(caseTitle(aCase({ completions: [{ text: ' \n', tokens: 1 }] })), '(no text)');
  const long = caseTitle(aCase({ completions: [{ text: `${'😀'.repeat(100)}.`, tokens: 1 }] }));
  assert.equal(long, `…${'😀'.repeat(29)}.`);
});
