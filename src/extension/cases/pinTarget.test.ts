import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rewardConfigSchema } from '../../engine/protocol/experiment.ts';
import { caseOf, parseExpected, pinTarget } from './pinTarget.ts';

const scope = { purpose: 'rollout', split: 'train' } as const;
const key = { step: 3, problem: 7, occurrence: 0, round: 0, sample: 1 };
const input = {
  experimentPath: '/project/a.rlvr.json',
  rewards: [],
  recorded: {},
  row: { answer: '2' },
  prompt: '1 + 1?',
  step: 3,
  completions: ['1', '2', '3'].map((text) => ({ text, tokens: 1 })),
  index: 1,
};

test('what was clicked is of the run in front; what is offered names its own', () => {
  const clicked = { webviewSection: 'completion', scope, problem: 7, key, reward: 'correct' };
  assert.deepEqual(pinTarget(clicked, '/runs/1'), { runDir: '/runs/1', scope, key });
  assert.equal(pinTarget(clicked, null), null);
  assert.equal(pinTarget({ ...clicked, key: undefined }, '/runs/1'), null);
  const offered = { runDir: '/runs/2', scope, key, function: 'correct', expected: null };
  assert.deepEqual(pinTarget(offered, '/runs/1'), offered);
  assert.equal(pinTarget({ ...offered, expected: '1' }, null), null);
});

test('a case has what the function is called with', () => {
  const one = rewardConfigSchema.parse({ file: 'reward.ts', function: 'correct' });
  const pinned = caseOf({ runDir: '/runs/20260101-120000-abcd', key }, input, { config: one, expected: 1 });
  assert.deepEqual(pinned.completions, [{ text: '2', tokens: 1 }]);
  assert.deepEqual([pinned.index, pinned.isGroup, pinned.expected, pinned.step], [0, false, 1, 3]);
  assert.deepEqual(pinned.from, { run: '20260101-120000-abcd', step: 3, problem: 7, sample: 1 });
  const whole = caseOf({ runDir: '/runs/r', key }, input, { config: { ...one, per: 'group' }, expected: null });
  assert.deepEqual([whole.completions, whole.index, whole.isGroup], [input.completions, 1, true]);
});

test('an expected score is a number, or nothing', () => {
  const cases: [string, number | null | undefined][] = [
    ['0.5', 0.5],
    [' -1 ', -1],
    ['1e-3', 1e-3],
    ['', null],
    ['null', null],
    ['one', undefined],
    ['Infinity', undefined],
    ['NaN', undefined],
  ];
  for (const [typed, value] of cases) assert.equal(parseExpected(typed), value, typed);
});
