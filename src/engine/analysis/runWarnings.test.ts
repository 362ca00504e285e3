import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseWarnings } from './runWarnings.ts';

test('warnings among other lines, newest first', () => {
  const log = [
    '2026-01-01T00:00:00.000Z {"event":"started"}',
    '2026-01-01T00:00:01.000Z warning: first',
    '2026-01-01T00:00:02.000Z warning: second, which',
    '  has two lines',
    '2026-01-01T00:00:03.000Z failed: Error: third',
    '  at somewhere',
    '',
  ].join('\n');
  assert.deepEqual(parseWarnings(log), [
    { time: '2026-01-01T00:00:02.000Z', message: 'second, which\nhas two lines' },
    { time: '2026-01-01T00:00:01.000Z', message: 'first' },
  ]);
});

test('what was said again is listed once, where it was said last', () => {
  const at = (second: number, message: string): string => `2026-01-01T00:00:0${second}.000Z warning: ${message}`;
  assert.deepEqual(
    parseWarnings([at(1, 'again'), at(2, 'once'), at(3, 'again')].join('\n')).map(({ message }) => message),
    ['again', 'once'],
  );
});

test('lines that are cut off or not ours are no warnings', () => {
  assert.deepEqual(parseWarnings('00Z warning: cut\n  of nothing\nwarning: no time\n\u0000\ufffd'), []);
  assert.deepEqual(parseWarnings(''), []);
});
