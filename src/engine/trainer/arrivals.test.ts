import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Arrivals } from './arrivals.ts';

test('what came while the reader was busy is taken at once, in its order, and nothing is lost at the end', async () => {
  const arrivals = new Arrivals<number>();
  const taken: (readonly number[])[] = [];
  const reading = (async (): Promise<void> => {
    for await (const batch of arrivals.batches()) {
      taken.push(batch);
      // The reader is busy while these come.
      if (batch.includes(1)) [2, 3].forEach((item) => arrivals.push(item));
      if (batch.includes(3)) arrivals.push(4);
      if (batch.includes(4)) arrivals.end();
    }
  })();
  await Promise.resolve();
  arrivals.push(1);
  await reading;
  assert.deepEqual(taken, [[1], [2, 3], [4]]);
});

test('a reader that waits is woken by the end', async () => {
  const arrivals = new Arrivals<number>();
  const next = arrivals.batches().next();
  arrivals.end();
  assert.equal((await next).done, true);
});
