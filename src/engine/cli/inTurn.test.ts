import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inTurn } from './inTurn.ts';

/** Work that ends when it is told to, and what was begun so far. */
function held(): {
  readonly order: number[];
  readonly begin: Map<number, () => void>;
  readonly end: Map<number, (more: boolean) => void>;
  readonly fail: Map<number, (reason: Error) => void>;
  readonly work: (item: number, begun: () => void) => Promise<boolean>;
} {
  const order: number[] = [];
  const begin = new Map<number, () => void>();
  const end = new Map<number, (more: boolean) => void>();
  const fail = new Map<number, (reason: Error) => void>();
  const work = (item: number, begun: () => void): Promise<boolean> => {
    order.push(item);
    begin.set(item, begun);
    return new Promise((resolve, reject) => {
      end.set(item, resolve);
      fail.set(item, reject);
    });
  };
  return { order, begin, end, fail, work };
}

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('one at a time: the next waits for the end of the one before, begun or not', async () => {
  const { order, begin, end, work } = held();
  const all = inTurn([1, 2], 1, work);
  begin.get(1)?.();
  await soon();
  assert.deepEqual(order, [1]);
  end.get(1)?.(true);
  await soon();
  assert.deepEqual(order, [1, 2]);
  end.get(2)?.(true);
  await all;
});

test('some at once: the first alone until it has begun, then as many as there is room for', async () => {
  const { order, begin, end, work } = held();
  const all = inTurn([1, 2, 3, 4], 2, work);
  await soon();
  assert.deepEqual(order, [1]);
  begin.get(1)?.();
  await soon();
  assert.deepEqual(order, [1, 2]);
  end.get(2)?.(true);
  await soon();
  assert.deepEqual(order, [1, 2, 3]);
  end.get(1)?.(true);
  end.get(3)?.(true);
  await soon();
  end.get(4)?.(true);
  await all;
  assert.deepEqual(order, [1, 2, 3, 4]);
});

test('one that ends before it has begun leaves the next alone', async () => {
  const { order, end, work } = held();
  const all = inTurn([1, 2, 3], 3, work);
  end.get(1)?.(true);
  await soon();
  assert.deepEqual(order, [1, 2]);
  end.get(2)?.(true);
  await soon();
  end.get(3)?.(true);
  await all;
});

test('where one says so, or fails, none is begun any more and those under way are waited for', async () => {
  const stopped = held();
  const all = inTurn([1, 2, 3], 1, stopped.work);
  stopped.end.get(1)?.(false);
  await all;
  assert.deepEqual(stopped.order, [1]);

  const failing = held();
  const failed = inTurn([1, 2, 3], 2, failing.work);
  failing.begin.get(1)?.();
  await soon();
  failing.fail.get(2)?.(new Error('no model'));
  await soon();
  let over = false;
  void failed.catch(() => {}).then(() => (over = true));
  await soon();
  assert.equal(over, false, 'the first is under way');
  failing.end.get(1)?.(true);
  await assert.rejects(failed, /no model/);
  assert.deepEqual(failing.order, [1, 2]);
});
