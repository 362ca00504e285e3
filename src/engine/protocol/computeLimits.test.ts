import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitsOfEnvironment, parseMemorySize } from './computeLimits.ts';

test('sizes are read with their unit, and nothing else is', () => {
  const read = (text: string): number => parseMemorySize(text, 'the limit');
  assert.deepEqual(['6GB', '1.5 GB', ' 512 MiB ', '2gib'].map(read), [6e9, 1.5e9, 512 * 2 ** 20, 2 ** 31]);
  for (const wrong of ['', '6', '6 TB', '-1 GB', '0 GB', 'GB', '6 GB a day'])
    assert.throws(() => read(wrong), { name: 'UserError', message: /^the limit must be a size with its unit/ }, wrong);
});

test('a terminal names limits in its environment', () => {
  assert.deepEqual(limitsOfEnvironment({}), {});
  assert.deepEqual(limitsOfEnvironment({ RLVR_THREADS: '', RLVR_MEMORY_LIMIT: '' }), {});
  assert.deepEqual(limitsOfEnvironment({ RLVR_THREADS: '3', RLVR_MEMORY_LIMIT: '6 GB' }), {
    threads: 3,
    memoryBytes: 6e9,
  });
  for (const wrong of ['0', '-2', 'two', '1.5', '99999'])
    assert.throws(() => limitsOfEnvironment({ RLVR_THREADS: wrong }), { name: 'UserError' }, wrong);
});
