import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../run/samples.ts';
import { jsonLines, rlvr } from './rlvr.ts';

const STATUSES = ['ok', 'absent', 'warn', 'fail'];
/** Without these nothing trains, so they work wherever the tests do. */
const NEEDED = ['node', 'node:sqlite', 'ONNX Runtime', 'CPU', 'grader'];

test('doctor --json is one check per line, and nothing is wrong where the tests run', async () => {
  const { code, stdout, stderr } = await rlvr(['doctor', '--json'], temporaryFolder());
  const checks = jsonLines(stdout);
  assert.equal(stderr, '', 'what native libraries print stays in their process');
  for (const { event, name, status, detail, advice } of checks) {
    assert.equal(event, 'check');
    assert.ok(STATUSES.includes(String(status)), String(name));
    assert.notEqual(detail, '');
    assert.equal(
      typeof advice,
      status === 'ok' || status === 'absent' ? 'object' : 'string',
      'a fault says what to do',
    );
  }
  const statusOf = (name: string): unknown => checks.find((check) => check['name'] === name)?.['status'];
  for (const name of NEEDED) assert.equal(statusOf(name), 'ok', name);
  for (const name of ['cores', 'memory', 'disk', 'CUDA', 'DirectML', 'CoreML', 'WebGPU']) {
    assert.notEqual(statusOf(name), undefined, name);
  }
  assert.equal(code, 0);
});
