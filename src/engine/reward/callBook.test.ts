import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CallBook } from './callBook.ts';

test('calls go out together, and no more once they have their end', () => {
  const book = new CallBook(3);
  assert.deepEqual(book.next(), { calls: [0, 1, 2], alone: false });
  book.settle(1);
  assert.deepEqual(book.next(), { calls: [0, 2], alone: false });
  book.settle(0);
  book.settle(2);
  assert.equal(book.next(), null);
});

test('no calls, nothing to do', () => assert.equal(new CallBook(0).next(), null));

test('a batch is bounded', () => assert.equal(new CallBook(1000).next()?.calls.length, 256));

test('the only call under way is to blame for a hang', () => {
  const book = new CallBook(3);
  book.settle(0);
  assert.deepEqual(book.processEnded({ kind: 'timeout', running: [1], solitary: false }), [1]);
  assert.deepEqual(book.next(), { calls: [2], alone: false });
});

test('of several under way each is asked again alone, after the innocent', () => {
  const book = new CallBook(4);
  assert.deepEqual(book.processEnded({ kind: 'timeout', running: [0, 1], solitary: false }), []);
  assert.deepEqual(book.next(), { calls: [2, 3], alone: false });
  book.settle(2);
  book.settle(3);
  assert.deepEqual(book.next(), { calls: [0], alone: true });
  book.settle(0);
  assert.deepEqual(book.next(), { calls: [1], alone: true });
  assert.deepEqual(book.processEnded({ kind: 'timeout', running: [1], solitary: true }), [1]);
  assert.equal(book.next(), null);
});

test('a crash is blamed on a call only when it had the process to itself', () => {
  const book = new CallBook(2);
  book.settle(0);
  assert.deepEqual(book.processEnded({ kind: 'memory', running: [1], solitary: false }), []);
  assert.deepEqual(book.next(), { calls: [1], alone: true });
  assert.deepEqual(book.processEnded({ kind: 'memory', running: [1], solitary: true }), [1]);
});

test('after three ends without any progress all that is open gets the error', () => {
  const book = new CallBook(2);
  const barren = { kind: 'crashed', running: [], solitary: false } as const;
  assert.deepEqual(book.processEnded(barren), []);
  assert.deepEqual(book.processEnded(barren), []);
  assert.deepEqual(book.processEnded(barren), [0, 1]);
  assert.equal(book.next(), null);
});

test('progress between ends starts the count again', () => {
  const book = new CallBook(9);
  for (let call = 0; call < 8; call++) {
    book.settle(call);
    assert.deepEqual(book.processEnded({ kind: 'crashed', running: [], solitary: false }), []);
  }
});

test('whatever processes do, every call has its end after a bounded number of them', () => {
  const kinds = fc.constantFrom('timeout', 'crashed', 'memory' as const);
  const fates = fc.array(fc.record({ settled: fc.nat(3), running: fc.nat(3), kind: kinds }), { minLength: 1 });
  fc.assert(
    fc.property(fc.nat(20), fates, (calls, cycle) => {
      const book = new CallBook(calls);
      const ended = new Set<number>();
      const end = (call: number): void => {
        assert.ok(!ended.has(call));
        ended.add(call);
      };
      let ends = 0;
      for (let batch = book.next(); batch !== null; batch = book.next(), ends++) {
        const fate = cycle[ends % cycle.length] ?? { settled: 0, running: 0, kind: 'crashed' };
        const settled = batch.calls.slice(0, fate.settled);
        settled.forEach((call) => {
          book.settle(call);
          end(call);
        });
        const running = batch.calls.slice(fate.settled, fate.settled + fate.running);
        book.processEnded({ kind: fate.kind, running, solitary: batch.alone }).forEach(end);
        // A call is seen to run at most twice, the second time alone, and two ends may be fruitless before each.
        assert.ok(ends < 6 * calls + 3);
      }
      assert.equal(ended.size, calls);
    }),
  );
});
