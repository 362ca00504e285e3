import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseUsage, usageWith } from './usage.ts';

const STAT =
  '4711 (a (b) c) S 1 4711 4711 0 -1 4194304 97 0 0 0 1234 66 700 500 20 0 11 0 6458688 3133440 382 18446744073709551615';
const STATUS = 'Name:\ta\nVmPeak:\t  3776 kB\nVmHWM:\t    1920 kB\nVmRSS:\t    1800 kB\n';

test('reads processor time with that of ended children, and the peak of memory', () => {
  assert.deepEqual(parseUsage(STAT, STATUS), { cpuSeconds: 25, peakBytes: 1920 * 1024 });
});

test('a process that has ended holds no memory', () => {
  assert.deepEqual(parseUsage(STAT, 'Name:\ta\nState:\tZ (zombie)\n'), { cpuSeconds: 25, peakBytes: 0 });
});

test('what is not written in this way is not guessed', () => {
  assert.equal(parseUsage('4711 (node) S 1', STATUS), null);
  assert.equal(parseUsage('', ''), null);
});

test('this process has used something, where that is known', { skip: process.platform !== 'linux' }, () => {
  const before = usageWith([]);
  assert.ok(before !== null && before.cpuSeconds > 0);
  assert.ok(before.peakBytes > 10 * 2 ** 20);
  // No process has this id: Linux gives none above 2^22.
  const with_ = usageWith([2 ** 22 + 1]);
  assert.ok(with_ !== null && with_.cpuSeconds >= before.cpuSeconds);
});
