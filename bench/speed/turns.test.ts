import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from './turns.ts';

test('values come in order, whether they or who asks is first', async () => {
  const turns = new Turns<number>();
  const first = turns.take();
  turns.give(1);
  turns.give(2);
  assert.equal(await first, 1);
  assert.equal(await turns.take(), 2);
});

test('a failure and an aborted signal end the waiting', async () => {
  const failing = new Turns<number>();
  const waiting = failing.take();
  failing.fail(new Error('gone'));
  await assert.rejects(waiting, /gone/);
  await assert.rejects(failing.take(), /gone/);

  const stop = new AbortController();
  const stopped = new Turns<number>().take(stop.signal);
  stop.abort();
  await assert.rejects(stopped, { name: 'AbortError' });
});
