import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brief, claim, neededWords, verdictOf, type Family, type Measured } from './verdict.ts';

function measured(
  [value, low, high]: readonly [value: number, low: number, high: number],
  { problems = 200, family }: { readonly problems?: number; readonly family?: Family } = {},
): Measured {
  return { difference: { value, low, high }, problems, ...(family && { family }) };
}

test('a difference is said with how much and how sure', () => {
  const better = measured([0.031, 0.004, 0.059]);
  assert.equal(verdictOf(better), 'better');
  assert.equal(claim(better), 'better by 3.1 points [0.4, 5.9]');
  const worse = measured([-0.052, -0.091, -0.012]);
  assert.equal(verdictOf(worse), 'worse');
  assert.equal(claim(worse), 'worse by 5.2 points [1.2, 9.1]');
  assert.equal(brief(worse), 'worse by 5.2 points [1.2, 9.1]');
});

test('an interval with 0 in it is no detectable difference, with what would have shown a smaller one', () => {
  const none = measured([0.012, -0.021, 0.045]);
  assert.equal(verdictOf(none), 'none');
  // 3.3 points wide to each side: 4.7 points are seen four times of five, and 2 points with 4.7^2 / 2^2 times the problems.
  assert.equal(
    claim(none),
    'no detectable difference (+1.2 points [-2.1, +4.5]); 900 more problems would be needed to see 2 points',
  );
  assert.equal(brief(none), 'no detectable difference (+1.2)');
  assert.equal(verdictOf(measured([0.05, 0, 0.1])), 'none');
});

test('few problems mean little, however different they are', () => {
  const few = measured([0.5, 0.2, 0.8], { problems: 12 });
  assert.equal(verdictOf(few), 'few');
  assert.equal(claim(few), '+50.0 points [+20.0, +80.0], which means little with 12 problems');
  assert.equal(brief(few), '+50.0, too few problems');
  assert.equal(verdictOf(measured([0.5, 0.2, 0.8], { problems: 30 })), 'better');
});

test('as one of several comparisons a claim is corrected, and says so', () => {
  const difference = [0.031, 0.004, 0.059] as const;
  const kept = measured(difference, { family: { comparisons: 4, pValue: 0.049 } });
  assert.equal(claim(kept), 'better by 3.1 points [0.4, 5.9], also among 4 comparisons (Holm)');
  const lost = measured(difference, { family: { comparisons: 4, pValue: 0.05 } });
  assert.equal(verdictOf(lost), 'none');
  assert.match(
    claim(lost),
    /^no detectable difference among 4 comparisons \(Holm\) \(\+3\.1 points \[\+0\.4, \+5\.9\], which alone would be one\); /,
  );
});

test('what it would take', () => {
  assert.equal(
    neededWords({ difference: 0.01, more: 1 }, 'more seed of each', 'more seeds of each'),
    '1 more seed of each would be needed to see 1 point',
  );
  assert.equal(
    neededWords({ difference: 0.005, more: 9000 }, 'more problem'),
    '9,000 more problems would be needed to see 0.5 points',
  );
  assert.equal(neededWords(null, 'more problem'), '');
});
