import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_RUN_LINE, parseRunLine, printRunLine, type RunLine } from './runLines.ts';

test('a line is read as it was written, and others are passed over', () => {
  const lines: RunLine[] = [
    { kind: 'run', line: 1, id: '20260101-000000-abcd' },
    { kind: 'blocks', line: 2, path: 'state/step-1/adapter_model.safetensors', blocks: [0, 7], data: 'AAAA' },
    { kind: 'event', event: { event: 'warning', message: 'x\ny' } },
  ];
  for (const line of lines) assert.deepEqual(parseRunLine(printRunLine(line).trimEnd()), line);
  assert.equal(parseRunLine('2026-01-01 INFO job_manager.py: Runtime env is setting up.'), null);
});

test('a path that leads out of the run, or is none on some platform, is refused', () => {
  for (const path of ['../x', '/x', 'a/../../x', 'a\\x', 'C:/x', 'a//x', '', '.', 'a/.', 'a. ', 'x\u0000', 'a/..'])
    assert.throws(() => parseRunLine(printRunLine({ kind: 'gone', line: 1, path }).trimEnd()), path);
  for (const id of ['../../x', '20260101-000000-ab/c'])
    assert.throws(() => parseRunLine(printRunLine({ kind: 'run', line: 1, id }).trimEnd()), id);
  assert.throws(() => parseRunLine(`rlvr-run ${' '.repeat(MAX_RUN_LINE)}`));
});
