import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packed, unpacked } from './taskMeasures.ts';

const estimate = (value: number) => ({ value, low: value / 2, high: (value + 1) / 2 });

test('tasks come back as they were, and measures of all problems beside them', () => {
  const tasks = {
    gsm8k: {
      problems: 4,
      correct: 3,
      accuracy: estimate(0.75),
      measures: { lenient: estimate(1), 'pass@2': estimate(1) },
    },
    svamp: { problems: 2, correct: 0, accuracy: estimate(0) },
  };
  const measures = { lenient: estimate(0.5) };
  assert.deepEqual(unpacked(Object.fromEntries([...Object.entries(measures), ...packed(tasks)])), { measures, tasks });
  assert.deepEqual(unpacked({}), { measures: {}, tasks: {} });
});

test('a task without its accuracy is damage', () => {
  const rows = packed({ a: { problems: 1, correct: 1, accuracy: estimate(1) } });
  const others = Object.fromEntries(rows.filter(([name]) => name !== 'tasks/a/accuracy'));
  assert.throws(() => unpacked(others), { name: 'BadValueError', message: /task a/ });
});
