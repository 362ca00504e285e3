import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMeasured } from './passProfile.ts';

const measured = (problem: number): string => JSON.stringify({ problem, solved: 1, scored: 2, tokens: 9 });

test('a line that is damaged or was cut short is not what was measured; those around it are', () => {
  const damaged = ['\u0000\u0000', '{"problem":3,"solved":', 'null', '{"problem":-4,"solved":1,"scored":2,"tokens":9}'];
  const text = [measured(1), ...damaged, measured(2), '{"problem":5,"sol'].join('\n');
  assert.deepEqual(
    parseMeasured(text).map(({ problem }) => problem),
    [1, 2],
  );
});
