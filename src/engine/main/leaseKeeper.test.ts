import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Lease } from '../protocol/link.ts';
import { LeaseKeeper, RELOAD_MS } from './leaseKeeper.ts';

const finish: Lease = { whenAlone: 'finish', minutes: 10 };
const keepFor: Lease = { whenAlone: 'keepFor', minutes: 10 };
const stop: Lease = { whenAlone: 'stop', minutes: 10 };
const MINUTE = 60_000;

function keeper(t: TestContext, lease: Lease, serves = false): { readonly lease: LeaseKeeper; over: number } {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const onOver = (): void => {
    kept.over++;
  };
  const kept = { lease: new LeaseKeeper({ lease, serves, reloadMs: RELOAD_MS, onOver }), over: 0 };
  return kept;
}

test('finish: it goes on without an end', (t) => {
  const kept = keeper(t, finish);
  kept.lease.editorCame();
  kept.lease.lastEditorLeft();
  t.mock.timers.tick(1000 * MINUTE);
  assert.equal(kept.over, 0);
});

test('keepFor: so many minutes after the last editor left, once', (t) => {
  const kept = keeper(t, keepFor);
  kept.lease.editorCame();
  t.mock.timers.tick(100 * MINUTE);
  kept.lease.lastEditorLeft();
  t.mock.timers.tick(10 * MINUTE - 1);
  assert.equal(kept.over, 0);
  t.mock.timers.tick(1);
  assert.equal(kept.over, 1);
  t.mock.timers.tick(100 * MINUTE);
  assert.equal(kept.over, 1);
});

test('stop survives "Reload Window", again and again', (t) => {
  const kept = keeper(t, stop);
  for (let reload = 0; reload < 10; reload++) {
    kept.lease.editorCame();
    kept.lease.lastEditorLeft();
    t.mock.timers.tick(RELOAD_MS - 1);
  }
  assert.equal(kept.over, 0);
  t.mock.timers.tick(1);
  assert.equal(kept.over, 1);
});

test('an engine that no editor ever found is let go too', (t) => {
  const kept = keeper(t, stop);
  t.mock.timers.tick(RELOAD_MS);
  assert.equal(kept.over, 1);
});

test('without work of its own it ends whatever the lease says', (t) => {
  const kept = keeper(t, finish, true);
  kept.lease.editorCame();
  t.mock.timers.tick(1000 * MINUTE);
  kept.lease.lastEditorLeft();
  t.mock.timers.tick(RELOAD_MS);
  assert.equal(kept.over, 1);
});

test('the newest lease counts, also while nobody is there', (t) => {
  const kept = keeper(t, finish);
  kept.lease.renew(keepFor);
  t.mock.timers.tick(9 * MINUTE);
  kept.lease.renew(finish);
  t.mock.timers.tick(100 * MINUTE);
  assert.equal(kept.over, 0);
});

test('a lease of months is not over at once', (t) => {
  const kept = keeper(t, { whenAlone: 'keepFor', minutes: 60 * 24 * 60 });
  t.mock.timers.tick(24 * 60 * MINUTE);
  assert.equal(kept.over, 0);
});
