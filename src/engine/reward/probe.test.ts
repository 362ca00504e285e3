import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Probe } from './probe.ts';

const counts = (probe: Probe): number[][] => {
  const { reached, yes, no } = probe.report();
  return [reached, yes, no];
};

test('a call counts once, whichever ways it goes', () => {
  const probe = new Probe(2);
  const loop = (): void => {
    for (let i = 0; probe.code.condition(0, i < 3); i++) probe.code.enter(1);
  };
  probe.run(false, loop);
  probe.run(false, loop);
  probe.run(false, () => probe.code.condition(0, 0));
  // Outside of any call.
  loop();
  assert.deepEqual(counts(probe), [
    [3, 2],
    [2, 0],
    [3, 0],
  ]);
  assert.deepEqual(counts(probe), [
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
});

test('calls that overlap are told apart', async () => {
  const probe = new Probe(1);
  const gate = Promise.withResolvers<undefined>();
  const call = (value: unknown) => async (): Promise<void> => {
    probe.code.condition(0, value);
    await gate.promise;
    probe.code.condition(0, value);
    probe.code.value(0, value);
  };
  const calls = [probe.run(false, call(1)), probe.run(true, call('watched')), probe.run(false, call(0))];
  gate.resolve(undefined);
  await Promise.all(calls);
  const report = probe.report();
  assert.deepEqual(report, { reached: [3], yes: [2], no: [1], values: [[0, '"watched"', 3]] });
});

test('values are those of the watched call, the last of each place as it was then', () => {
  const probe = new Probe(3);
  const given = { a: 1 };
  probe.run(true, () => {
    assert.equal(probe.code.value(2, given), given);
    given.a = 2;
    for (let i = 0; i < 1000; i++) probe.code.value(0, i);
  });
  probe.run(false, () => probe.code.value(1, 'another'));
  assert.deepEqual(probe.report().values, [
    [0, '999', 1000],
    [2, '{ a: 1 }', 1],
  ]);
});

test('what regular expressions gave back', () => {
  const probe = new Probe(8);
  const { match, split, input, replaced } = probe.code;
  const results: unknown[] = [true, ['x'], 0, false, null, -1, undefined];
  probe.run(false, () => {
    for (const [at, result] of results.entries()) assert.equal(match(at, result), result);
    assert.deepEqual(split(7, ['whole']), ['whole']);
  });
  assert.deepEqual(counts(probe), [
    [1, 1, 1, 1, 1, 1, 0, 1],
    [1, 1, 1, 0, 0, 0, 0, 0],
    [0, 0, 0, 1, 1, 1, 0, 1],
  ]);
  const sticky = /a/gy;
  sticky.lastIndex = 1;
  probe.run(false, () => {
    replaced(0, 'bb', (input(0, 'ab'), /a/));
    replaced(1, 'ab', (input(1, 'ab'), sticky));
    replaced(2, 'ab', (input(2, 'ab'), /x/));
    replaced(3, 'ab', (input(3, { replace: () => 'ab' }), /x/));
  });
  assert.equal(sticky.lastIndex, 1);
  assert.deepEqual(
    counts(probe).map((each) => each.slice(0, 4)),
    [
      [1, 1, 1, 0],
      [1, 1, 0, 0],
      [0, 0, 1, 0],
    ],
  );
});
