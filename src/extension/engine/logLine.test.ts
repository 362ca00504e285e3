import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLogLine } from './logLine.ts';

const TIME = '2026-11-22T16:14:24.100Z';

test('a line has its time, and how serious it is', () => {
  assert.deepEqual(parseLogLine(`${TIME} {"event":"started"}`, 'error'), {
    time: TIME,
    level: 'info',
    text: '{"event":"started"}',
  });
  assert.equal(parseLogLine(`${TIME} warning: slow`, 'info').level, 'warn');
  assert.equal(parseLogLine(`${TIME} failed: Error: no`, 'info').level, 'error');
});

test('further lines of an entry belong to it', () => {
  assert.deepEqual(parseLogLine('      at file.ts:3', 'error'), {
    time: null,
    level: 'error',
    text: '      at file.ts:3',
  });
});
