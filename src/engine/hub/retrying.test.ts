import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HubBroken } from './hubRequests.ts';
import { retrying } from './retrying.ts';

const { signal } = new AbortController();
const PAUSES_MS = [1, 1, 1];

/** An ask that fails so often, and what was asked. */
function failing(times: number, waitMs: number | null): { readonly ask: () => Promise<string>; asked: number } {
  const state = {
    asked: 0,
    ask: () => {
      state.asked += 1;
      return state.asked <= times ? Promise.reject(new HubBroken('busy', waitMs)) : Promise.resolve('done');
    },
  };
  return state;
}

test('what broke off is asked for again, so many times', async () => {
  const twice = failing(2, null);
  assert.equal(await retrying(twice.ask, { signal, pausesMs: PAUSES_MS }), 'done');
  assert.equal(twice.asked, 3);
  const always = failing(9, 0);
  await assert.rejects(retrying(always.ask, { signal, pausesMs: PAUSES_MS }), /busy/);
  assert.equal(always.asked, 4);
});

test('as late as the hub asks for, and not at all where that is for long', async () => {
  const late = failing(1, 120_000);
  await assert.rejects(retrying(late.ask, { signal, pausesMs: PAUSES_MS }), /busy/);
  assert.equal(late.asked, 1);
  const waited: number[] = [];
  const wait = (ms: number): Promise<void> => Promise.resolve(void waited.push(ms));
  assert.equal(await retrying(failing(1, 50_000).ask, { signal, pausesMs: PAUSES_MS, wait }), 'done');
  assert.equal(await retrying(failing(2, null).ask, { signal, pausesMs: [5, 7], wait }), 'done');
  assert.deepEqual(waited, [50_000, 5, 7]);
});
