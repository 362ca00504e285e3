import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparePolicies, type MeasuredPolicy } from './policies.ts';

const PROBLEMS = 100;

/** A policy that solves so many problems, from one on. */
function solving(step: number, solved: number, { from = 0, solvedSince = 0 } = {}): MeasuredPolicy {
  const shares = Array.from({ length: PROBLEMS }, (_, problem): [number, number] => [
    problem,
    problem >= from && problem < from + solved ? 1 : 0,
  ]);
  const value = solved / PROBLEMS;
  return {
    summary: {
      ...{ step, split: 'validation', problems: PROBLEMS, samples: 1, correct: solved },
      accuracy: { value, low: 0, high: 1 },
    },
    shares: new Map(shares),
    solvedSince,
  };
}

test('each is held against the first, problem by problem', () => {
  const [first, same, better] = comparePolicies([solving(0, 40), solving(50, 40), solving(100, 60)]);
  assert.deepEqual({ change: first?.change, words: first?.words }, { change: null, words: '' });
  assert.equal(same?.words, 'no detectable difference (+0.0)');
  assert.match(better?.words ?? '', /^better by 20\.0 points \[1\d\.\d, 2\d\.\d\]$/);
});

test('one of several must be surer than one alone', () => {
  // Seven gained and none lost: p = 0.016 by McNemar's exact test.
  const gains = solving(50, 47);
  assert.match(comparePolicies([solving(0, 40), gains])[1]?.words ?? '', /^better by 7\.0/);
  const among = comparePolicies([solving(0, 40), gains, solving(60, 40), solving(70, 40), solving(80, 40)]);
  assert.equal(among[1]?.words, 'no detectable difference (+7.0)');
  const { verdict, comparisons, pValueHolm = 0 } = among[1].tested ?? {};
  assert.deepEqual([verdict, comparisons, among[0]?.tested], ['none', 4, null]);
  assert.equal(pValueHolm, 4 * (among[1].change?.pValue ?? 0), 'as sure as the words are, not as the change alone');
});

test('what other code called solved is not compared', () => {
  const [, other] = comparePolicies([solving(0, 40), solving(50, 60, { solvedSince: 20 })]);
  assert.deepEqual(
    { change: other?.change, words: other?.words },
    { change: null, words: 'other code says what is solved' },
  );
  assert.deepEqual(comparePolicies([]), []);
});
