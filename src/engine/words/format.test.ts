import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, count, duration, measure, money, percent, plural, points, timeLeft } from './format.ts';

test('percentages and points', () => {
  assert.equal(percent(0.441), '44.1 %');
  assert.equal(percent(1), '100.0 %');
  assert.equal(points(0.489), '+48.9');
  assert.equal(points(-0.031), '-3.1');
  assert.equal(points(0), '+0.0');
  assert.equal(points(-0.0001), '+0.0', 'a difference that rounds to zero has not fallen');
});

test('money is never less than it is', () => {
  for (const [value, text] of [
    [0, '0'],
    [0.0002, '0.000200'],
    [0.075536, '0.0756'],
    [0.755, '0.755'],
    [12.341, '12.35'],
    [12_345.2, '12,346'],
  ] as const)
    assert.equal(money(value), text);
});

test('counts', () => {
  assert.equal(count(0), '0');
  assert.equal(count(999), '999');
  assert.equal(count(1000), '1,000');
  assert.equal(count(1_234_567), '1,234,567');
  assert.equal(plural(1, 'problem'), '1 problem');
  assert.equal(plural(2048, 'problem'), '2,048 problems');
  assert.equal(plural(2, 'score changes', 'scores change'), '2 scores change');
});

test('metrics keep about three digits', () => {
  assert.equal(measure(0), '0');
  assert.equal(measure(0.73449), '0.734');
  assert.equal(measure(-0.5), '-0.500');
  assert.equal(measure(12.345), '12.3');
  assert.equal(measure(123.45), '123');
  assert.equal(measure(-4321.9), '-4,322');
  assert.equal(measure(0.0000123), '1.2e-5');
});

test('durations', () => {
  assert.equal(duration(0.456), '0.46 s');
  assert.equal(duration(9.999), '10 s');
  assert.equal(duration(59.4), '59 s');
  assert.equal(duration(59.6), '1 min 00 s');
  assert.equal(duration(192), '3 min 12 s');
  assert.equal(duration(3900), '1 h 05 min');
  assert.equal(duration(183_600), '2 d 03 h');
  assert.equal(timeLeft(4.4), '4 s');
  assert.equal(timeLeft(-3), '0 s');
  assert.equal(timeLeft(72), '1 min 12 s');
});

test('bytes', () => {
  assert.equal(bytes(0), '0 B');
  assert.equal(bytes(1023), '1023 B');
  assert.equal(bytes(1536 * 2 ** 20), '1.5 GiB');
});
