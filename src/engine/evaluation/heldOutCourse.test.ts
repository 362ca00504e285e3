import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EvaluationSummary } from '../protocol/events.ts';
import { bestEvaluation, endsEarly, evaluationDue, heldOutCourse, recordsOf } from './heldOutCourse.ts';

function evaluated(step: number, value: number, split: EvaluationSummary['split'] = 'validation'): EvaluationSummary {
  return { step, split, problems: 10, samples: 1, correct: 10 * value, accuracy: { value, low: 0, high: 1 } };
}

const course = (...values: number[]): EvaluationSummary[] => values.map((value, index) => evaluated(10 * index, value));

const experiment = {
  evaluation: { every: 20, samples: 1, sampling: { temperature: 0, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 } },
  training: {
    steps: 50,
    problemsPerStep: 1,
    microBatch: 1,
    gradientCheckpointing: false,
    iterations: 1,
    miniBatches: 1,
  },
};

test('evaluations are due before the first step, at every so many and after the last', () => {
  const due = (every: number): number[] =>
    Array.from({ length: 51 }, (_, step) => step).filter((step) =>
      evaluationDue({ ...experiment, evaluation: { ...experiment.evaluation, every } }, step),
    );
  assert.deepEqual(due(20), [0, 20, 40, 50]);
  assert.deepEqual(due(0), [0, 50]);
});

test('what was evaluated besides, or on the test part, guides nothing', () => {
  const found = heldOutCourse(
    [evaluated(40, 0.2), evaluated(0, 0.1), evaluated(37, 0.9), evaluated(40, 0.9, 'test')],
    experiment,
  );
  assert.deepEqual(
    found.map(({ step }) => step),
    [0, 40],
  );
});

test('the best is the highest, and of equals the earlier', () => {
  assert.equal(bestEvaluation([]), null);
  assert.equal(bestEvaluation(course(0.1, 0.5, 0.3, 0.5))?.step, 10);
  assert.deepEqual(
    recordsOf(course(0.1, 0.5, 0.3, 0.5, 0.6)).map(({ step }) => step),
    [0, 10, 40],
  );
});

test('it ends when so many in a row do not beat the best, which may be that before the first step', () => {
  const rule = { patience: 2, minSteps: 0 };
  assert.ok(!endsEarly(course(0.5, 0.5), rule));
  assert.ok(endsEarly(course(0.5, 0.5, 0.4), rule));
  assert.ok(!endsEarly(course(0.5, 0.4, 0.6), rule));
  assert.ok(!endsEarly(course(0.5, 0.4, 0.6, 0.6), rule));
  assert.ok(endsEarly(course(0.5, 0.4, 0.6, 0.6, 0.6), rule));
  assert.ok(!endsEarly(course(0.5, 0.4, 0.4), undefined));
  assert.ok(!endsEarly([], rule));
});

test('it does not end before the fewest steps, and then with the first evaluation that says so', () => {
  const rule = { patience: 1, minSteps: 25 };
  assert.ok(!endsEarly(course(0.5, 0.4, 0.4), rule));
  assert.ok(endsEarly(course(0.5, 0.4, 0.4, 0.4), rule));
});

test('where other code says what is solved, the best is looked for anew', () => {
  assert.deepEqual(
    recordsOf(course(0.1, 0.5, 0.3, 0.4, 0.2), [15]).map(({ step }) => step),
    [0, 10, 20, 30],
  );
});

test('the last record of a course is its best', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5 })), (values) => {
      const all = course(...values);
      assert.equal(recordsOf(all).at(-1) ?? null, bestEvaluation(all));
    }),
  );
});
