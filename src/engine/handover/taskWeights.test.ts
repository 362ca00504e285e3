import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { repeatedByWeight } from './taskWeights.ts';

const items = (name: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${name}${index}`);
const taskOf = (item: string): string => item.charAt(0);

test('the smaller task is repeated until the weights are kept', () => {
  const tasks = [
    { name: 'a', weight: 2 },
    { name: 'b', weight: 1 },
  ];
  const all = [...items('a', 4), ...items('b', 1)];
  assert.deepEqual(
    repeatedByWeight(all, tasks, taskOf).map(({ item, copy }) => `${item} ${copy}`),
    ['a0 0', 'a1 0', 'a2 0', 'a3 0', 'b0 0', 'b0 1'],
  );
  assert.deepEqual(
    repeatedByWeight(all, [{ name: null, weight: 1 }], taskOf),
    all.map((item) => ({ item, copy: 0 })),
  );
});

test('every problem is there, and each task has its share to within a problem', () => {
  const count = fc.integer({ min: 1, max: 40 });
  const weight = fc.integer({ min: 1, max: 9 });
  fc.assert(
    fc.property(count, count, weight, weight, (a, b, first, second) => {
      const tasks = [
        { name: 'a', weight: first },
        { name: 'b', weight: second },
      ];
      const all = [...items('a', a), ...items('b', b)];
      const found = repeatedByWeight(all, tasks, taskOf);
      const own = found.filter(({ item }) => taskOf(item) === 'a').length;
      const copies = new Set(found.map(({ item, copy }) => `${item} ${copy}`));
      if (copies.size !== found.length) return false;
      return (
        new Set(found.map(({ item }) => item)).size === all.length &&
        Math.abs(own - (found.length * first) / (first + second)) <= 1
      );
    }),
  );
});
