import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bar, sparkline } from './chart.ts';

test('a bar is as wide as asked and full only at the end', () => {
  assert.deepEqual(bar(0, 4), { filled: '', empty: '────' });
  assert.deepEqual(bar(0.5, 4), { filled: '━━', empty: '──' });
  assert.deepEqual(bar(0.999, 4), { filled: '━━━', empty: '─' });
  assert.deepEqual(bar(1, 4), { filled: '━━━━', empty: '' });
  assert.deepEqual(bar(7, 4), { filled: '━━━━', empty: '' });
});

test('a curve spans its own range', () => {
  assert.equal(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8), '▁▂▃▄▅▆▇█');
  assert.equal(sparkline([-1, 1], 8), '▁█');
  assert.equal(sparkline([0.3, 0.3, 0.3], 8), '▅▅▅');
  assert.equal(sparkline([], 8), '');
});

test('more values than cells become means', () => {
  assert.equal(sparkline([0, 0, 10, 10], 2), '▁█');
  assert.equal(sparkline([0, 4, 0, 4, 9, 9, 9], 3).length, 3);
});
