import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { uniforms } from '../../random/keyed.ts';
import type { OrderRandom } from './curriculumOrder.ts';
import { OpeningOrder } from './openingOrder.ts';
import { openCount, openShare } from './openShare.ts';

const random: OrderRandom = (step, round) => uniforms(1, 'curriculum', [0, step, round]);

function first(order: OpeningOrder, step: number, count: number): number[] {
  const drawn: number[] = [];
  for (const index of order.sequence(step)) {
    if (drawn.length === count) break;
    drawn.push(index);
  }
  return drawn;
}

test('whatever is drawn is open, and everything that is open is drawn once before anything comes again', () => {
  const opening = fc.record({
    start: fc.double({ min: 0.01, max: 1, noNaN: true }),
    until: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  const problems = fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(
      problems,
      opening,
      fc.integer({ min: 1, max: 30 }),
      fc.nat({ max: 29 }),
      (indices, config, steps, at) => {
        const step = 1 + (at % steps);
        const order = new OpeningOrder(indices, steps, config, random);
        const open = openCount(openShare(step, steps, config), indices.length);
        const drawn = first(order, step, 2 * open);
        const expected = indices.slice(0, open).sort((a, b) => a - b);
        for (const round of [drawn.slice(0, open), drawn.slice(open)])
          assert.deepEqual(
            round.toSorted((a, b) => a - b),
            expected,
          );
      },
    ),
  );
});

test('a step draws the same whatever was drawn before it, and another than the step before', () => {
  const indices = Array.from({ length: 100 }, (_, index) => index);
  const one = new OpeningOrder(indices, 10, { start: 1, until: 0 }, random);
  const other = new OpeningOrder(indices, 10, { start: 1, until: 0 }, random);
  first(one, 3, 50);
  assert.deepEqual(first(one, 4, 20), first(other, 4, 20));
  assert.notDeepEqual(first(one, 4, 20), first(one, 5, 20));
});
