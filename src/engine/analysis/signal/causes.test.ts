import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RewardResult } from '../../protocol/completion.ts';
import { causeOf, isDead, type Judged, type SignalRules } from './causes.ts';

const rules: SignalRules = { weighted: ['correct', 'format'], solvedBy: 'correct', maskTruncated: false };
const unknown = (): null => null;
const failure: RewardResult = { error: { kind: 'threw', message: 'reward.ts:3' } };

/** A completion with what each function said; a number is a value. */
function said(correct: number | null | RewardResult, format: number | null = 0, changes: Partial<Judged> = {}): Judged {
  const result = (verdict: typeof correct): RewardResult =>
    typeof verdict === 'object' && verdict !== null ? verdict : { value: verdict };
  const rewards = { correct: result(correct), format: result(format) };
  const values = Object.values(rewards).flatMap((verdict) => ('value' in verdict ? (verdict.value ?? []) : []));
  const failed = Object.values(rewards).some((verdict) => 'error' in verdict);
  const reward = failed || values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
  return { stopReason: 'eos', reward, advantage: 0, rewards, ...changes };
}

const cut = { stopReason: 'length' } as const;
const causes: readonly (readonly [string, readonly Judged[], string])[] = [
  ['every function failed', [said(failure), said(failure)], 'failed'],
  ['one was scored, the other failed', [said(1), said(failure)], 'failed'],
  ['not applicable', [said(null, null), said(null, null)], 'unscored'],
  ['two are scored and alike, a third failed', [said(1), said(1), said(failure)], 'right'],
  ['one point is gained where the other is lost', [said(1, 0), said(0, 1)], 'cancel'],
  ['all right', [said(1), said(1)], 'right'],
  ['all right, though cut off', [said(1, 0, cut), said(1, 0, cut)], 'right'],
  ['all cut off', [said(0, 0, cut), said(0, 0, cut)], 'truncated'],
  ['one of them cut off', [said(0, 0, cut), said(0)], 'wrong'],
  ['all wrong', [said(0), said(0)], 'wrong'],
  ['half a point is not solved', [said(0.5), said(0.5)], 'wrong'],
  ['nobody says what is right', [said(null, 1), said(null, 1)], 'undecided'],
];
for (const [name, group, cause] of causes) test(name, () => assert.equal(causeOf(group, rules, unknown), cause));

test('no answer found: only where the rule looked, in all of them', () => {
  const group = [said(0), said(0)];
  assert.equal(
    causeOf(group, rules, () => [false, false]),
    'unanswered',
  );
  assert.equal(
    causeOf(group, rules, () => [false, true]),
    'wrong',
  );
  assert.equal(
    causeOf([said(0, 0, cut), said(0, 0, cut)], rules, () => assert.fail('it does not decide')),
    'truncated',
  );
});

test('what says "solved" has no weight', () => {
  const onlyFormat = { ...rules, weighted: ['format'] };
  const group = [said(1, 1, { reward: 1 }), said(0, 1, { reward: 1 })];
  assert.equal(causeOf(group, onlyFormat, unknown), 'cancel');
});

test('a metric of no weight may differ as it likes', () => {
  const group = [said(0, 0, { reward: 0 }), said(0, 7, { reward: 0 })];
  assert.equal(causeOf(group, { ...rules, weighted: ['correct'] }, unknown), 'wrong');
});

test('what was cut off is not learned from where it is masked', () => {
  const masked = { ...rules, maskTruncated: true };
  const group = [said(1, 0, { ...cut, advantage: 1 }), said(0, 0, { ...cut, advantage: -1 })];
  assert.equal(isDead(group, rules), false);
  assert.equal(causeOf(group, rules, unknown), 'cancel', 'sums that differ, and advantages that do not');
  assert.equal(isDead(group, masked), true);
  assert.equal(causeOf(group, masked, unknown), 'truncated');
});

test('what dynamic sampling threw away is dead only where its rewards are the same', () => {
  const thrown = { advantage: null };
  assert.equal(isDead([said(1, 0, thrown), said(0, 0, thrown)], rules), false);
  assert.equal(isDead([said(1, 0, thrown), said(1, 0, thrown)], rules), true);
});

test('compared with the whole batch, a group of equal rewards is learned from', () => {
  assert.equal(isDead([said(1, 0, { advantage: 0.3 }), said(1, 0, { advantage: 0.3 })], rules), false);
});

test('every dead group has one cause, whatever the order of its completions', () => {
  const value = fc.constantFrom(0, 0.5, 1, null);
  const completion = fc
    .record({ correct: fc.oneof(value, fc.constant(failure)), format: value, cut: fc.boolean() })
    .map(({ correct, format, cut: ended }) => said(correct, format, ended ? cut : {}));
  fc.assert(
    fc.property(fc.array(completion, { minLength: 1, maxLength: 5 }), fc.boolean(), (group, found) => {
      const answered = (): boolean[] => group.map(() => found);
      const cause = causeOf(group, rules, answered);
      assert.equal(causeOf(group.toReversed(), rules, answered), cause);
      const solved = group.map(({ rewards }) => JSON.stringify(rewards['correct']) === '{"value":1}');
      if (cause === 'right') assert.ok(solved.includes(true));
      if (cause === 'wrong' || cause === 'unanswered' || cause === 'truncated') assert.ok(!solved.every(Boolean));
    }),
  );
});
