import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openCount, openShare } from './openShare.ts';

test('it begins at the start, grows in a straight line and is whole from its end on', () => {
  const opening = { start: 0.2, until: 0.5 };
  assert.deepEqual(
    [1, 11, 21, 41, 51, 52, 100].map((step) => Number(openShare(step, 100, opening).toFixed(12))),
    [0.2, 0.36, 0.52, 0.84, 1, 1, 1],
  );
});

test('it never falls, and lets one problem be drawn at least', () => {
  const opening = fc.record({
    start: fc.double({ min: 0.001, max: 1, noNaN: true }),
    until: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(
      opening,
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 1000 }),
      (config, steps, problems) => {
        let before = 0;
        for (let step = 1; step <= steps; step += 1) {
          const share = openShare(step, steps, config);
          assert.ok(share >= before && share > 0 && share <= 1);
          before = share;
          const count = openCount(share, problems);
          assert.ok(Number.isInteger(count) && count >= 1 && count <= problems);
        }
      },
    ),
  );
});
