import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EvaluationSummary } from '../../protocol/events.ts';
import type { Estimate } from '../../protocol/metrics.ts';
import { formSentences, measureSentences } from './lenientWords.ts';

const around = (value: number): Estimate => ({ value, low: value - 0.05, high: value + 0.05 });

function evaluation(strict: number, lenient: number | null, step = 0): EvaluationSummary {
  return {
    ...{ step, split: 'validation', problems: 200, samples: 4, correct: 800 * strict, accuracy: around(strict) },
    ...(lenient === null ? {} : { measures: { lenient: around(lenient) } }),
  };
}

test('what an evaluation measured beside the accuracy', () => {
  assert.deepEqual(measureSentences(evaluation(0.2, null)), []);
  const measures = { lenient: around(0.3), 'pass@4': around(0.4), 'maj@4': around(0.25) };
  assert.deepEqual(measureSentences({ ...evaluation(0.2, null), measures }), [
    'By the last number of each completion, in whatever form, it is 30.0 % (25.0 % to 35.0 %).',
    'Of 4 samples each: mean@4 20.0 % (15.0 % to 25.0 %), pass@4 40.0 % (35.0 % to 45.0 %), maj@4 25.0 % (20.0 % to 30.0 %).',
  ]);
});

/** Sentences about a change of both, where the lenient one is known. */
function change(strict: Estimate, lenient: Estimate, gap: Estimate): string[] {
  const before = evaluation(0.04, 0.3);
  const after = evaluation(0.04 + strict.value, 0.3 + lenient.value, 5);
  return formSentences(before, after, strict, { lenient, gap });
}

const up = around(0.2);
const flat = around(0.01);

test('strict rises and lenient does not: only the form was learned', () => {
  const [went, verdict, ...more] = change(up, flat, around(0.19));
  assert.equal(
    went,
    'By the last number of each completion, in whatever form, it went from 30.0 % to 31.0 %: no detectable difference (+1.0 points [-4.0, +6.0]).',
  );
  assert.match(verdict ?? '', /cannot be told from chance: the policy has learned the form/);
  assert.deepEqual(more, []);
});

test('where both rise, or neither, or what lies between may be chance, no such thing is said', () => {
  for (const changes of [
    [up, up, flat],
    [flat, flat, flat],
    [around(-0.2), flat, around(-0.2)],
    [up, around(0.04), flat],
    [up, around(0.04), around(0.13)],
  ] as const)
    assert.equal(change(...changes).length, 1);
});

test('nothing is said where lenient matching is not known, or is the same throughout', () => {
  const form = { lenient: flat, gap: flat };
  assert.deepEqual(formSentences(evaluation(0.2, null), evaluation(0.4, 0.4), up, form), []);
  assert.deepEqual(formSentences(evaluation(0.2, 0.4), evaluation(0.4, 0.4), up, null), []);
  assert.deepEqual(formSentences(evaluation(0.2, 0.2), evaluation(0.4, 0.4), up, { lenient: up, gap: flat }), []);
});
