import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experimentSchema, type ExperimentInput } from '../../protocol/experiment.ts';
import { solvedBy } from '../../protocol/experimentChecks.ts';
import { lenientMatch, type LenientMatch } from './lenientMatch.ts';

function matchOf(rewards: ExperimentInput['rewards']): LenientMatch {
  const experiment = experimentSchema.parse({ model: 'model', dataset: { source: 'train.jsonl' }, rewards });
  return lenientMatch(experiment, solvedBy(experiment));
}

const match = matchOf([{ function: 'gsm8k' }]);

test('the last number counts, wherever and however it is written', () => {
  const row = { answer: '1000 + 72 makes\n#### 1,072' };
  const right = ['#### 1072', 'so it is $1,072.00.', String.raw`\boxed{1072}`, 'not 5, but 1072 eggs'];
  for (const text of right) assert.equal(match(text, row), true, text);
  for (const text of ['', 'none', '#### 1072, or 5?', '107', '-1072']) assert.equal(match(text, row), false, text);
});

test('of a reference without a number nothing is known', () => {
  for (const row of [{}, { answer: 'London' }, { answer: null }, { answer: ['7'] }])
    assert.equal(match('7', row), null);
  for (const answer of [String.raw`\frac{\sqrt{3}}{2}`, '(1, 2)', 'x^2', '3 and 2', String.raw`\frac{1}{2}`])
    assert.equal(match('I give up after 2', { answer }), null, answer);
  for (const answer of ['7', '$7.00', '7.', '14/2', '7%']) assert.equal(match('so 7', { answer }), true, answer);
  assert.equal(match('7', { answer: 7 }), true);
});

test('the column is that of the reward that decides', () => {
  const row = { solution: '7', answer: '8' };
  const columns: readonly (readonly [ExperimentInput['rewards'], boolean])[] = [
    [[{ function: 'gsm8k', options: { answerColumn: 'solution' } }], true],
    [[{ function: 'finalNumber', options: { answerColumn: 'solution' } }], true],
    [[{ function: 'gsm8k', options: { answerColumn: 3 } }], false],
    [[{ file: 'reward.ts', function: 'right', options: { answerColumn: 'solution' } }], false],
    [[], false],
  ];
  for (const [rewards, right] of columns) assert.equal(matchOf(rewards)('7', row), right);
});
