import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PairedResult } from '../../protocol/comparison.ts';
import { verdictOf, verdictSentence } from './verdict.ts';

interface Case {
  readonly difference: readonly [value: number, low: number, high: number];
  readonly pValue?: number | null;
  readonly problems?: number;
  readonly gained?: number;
  readonly lost?: number;
}

function result({ difference, pValue = 0.001, problems = 200, gained = 20, lost = 10 }: Case): PairedResult {
  const [value, low, high] = difference;
  const cell = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
  return {
    problems,
    evaluated: { a: problems, b: problems },
    accuracy: { a: 0.5, b: 0.5 + value },
    difference: { value, low, high },
    pValue,
    winLose: { both: cell(90), onlyA: cell(lost), onlyB: cell(gained), neither: [] },
  };
}

test('a difference is in the words of both: how much, how sure, on how many', () => {
  const better = result({ difference: [0.052, 0.012, 0.091] });
  assert.equal(verdictOf(better), 'better');
  assert.equal(
    verdictSentence(better, 'A', 'B'),
    'B solves more than A: +5.2 points (95 % interval +1.2 to +9.1, 200 problems).',
  );
  const worse = result({ difference: [-0.052, -0.091, -0.012] });
  assert.equal(verdictOf(worse), 'worse');
  assert.match(verdictSentence(worse, 'B', 'D'), /^D solves less than B: -5\.2 points/);
});

test('an interval with 0 in it is no detectable difference, with what would have been one', () => {
  const none = result({ difference: [0.012, -0.021, 0.045], pValue: 0.5 });
  assert.equal(verdictOf(none), 'none');
  assert.equal(
    verdictSentence(none, 'A', 'B'),
    'No detectable difference: B is +1.2 points against A (95 % interval -2.1 to +4.5, 200 problems). ' +
      'On 200 problems, less than about 3.3 points would not show.',
  );
});

test('a handful of changes is no difference, although the bootstrap would have it so', () => {
  const few = result({ difference: [0.025, 0.005, 0.05], pValue: 0.0625, gained: 5, lost: 0 });
  assert.equal(verdictOf(few), 'none');
  assert.match(verdictSentence(few, 'A', 'B'), /Only 5 problems changed, and 5 to 0 can be chance \(p = 0\.06\)\.$/);
});

test('the same problems solved', () => {
  const same = result({ difference: [0, 0, 0], pValue: 1, gained: 0, lost: 0 });
  assert.equal(verdictSentence(same, 'A', 'C'), 'No detectable difference: A and C solve the same 90 of 200 problems.');
});

test('few problems say little, however different they are', () => {
  const few = result({ difference: [0.5, 0.2, 0.8], problems: 12 });
  assert.equal(verdictOf(few), 'few');
  assert.match(verdictSentence(few, 'A', 'B'), /^Too few problems to tell A and B apart: B is \+50\.0 points/);
  assert.equal(verdictOf(result({ difference: [0.5, 0.2, 0.8], problems: 30 })), 'better');
});

test('with several samples of each problem the interval alone decides', () => {
  assert.equal(verdictOf(result({ difference: [0.05, 0.01, 0.09], pValue: null })), 'better');
  assert.equal(verdictOf(result({ difference: [0.05, 0, 0.09], pValue: null })), 'none');
});
