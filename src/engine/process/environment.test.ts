import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JUDGE_KEY_VARIABLE, pythonEnvironment, scrubEnvironment, withoutKeys } from './environment.ts';

test('only the allowed names pass, tokens and NODE_OPTIONS do not', () => {
  const scrubbed = scrubEnvironment({
    PATH: '/bin',
    Home: '/home/a',
    TZ: 'UTC',
    HF_TOKEN: 'secret',
    AWS_SECRET_ACCESS_KEY: 'secret',
    NODE_OPTIONS: '--require x',
    ANYTHING_ELSE: '1',
  });
  assert.deepEqual(scrubbed, { PATH: '/bin', Home: '/home/a', TZ: 'UTC' });
});

test('no child is given the key of the judge', () => {
  const environment = { [JUDGE_KEY_VARIABLE]: 'secret', PATH: '/bin', LD_LIBRARY_PATH: '/lib' };
  assert.deepEqual(scrubEnvironment(environment), { PATH: '/bin' });
  assert.deepEqual(withoutKeys(environment), { PATH: '/bin', LD_LIBRARY_PATH: '/lib' });
});

test('a child in Python is given its environment too, and the same order of sets every time', () => {
  const passed = pythonEnvironment({ PATH: '/bin', VIRTUAL_ENV: '/env', HF_TOKEN: 'secret', PYTHONSTARTUP: 'x.py' });
  assert.deepEqual(
    Object.entries(passed).filter(([, value]) => value !== '1'),
    [
      ['PATH', '/bin'],
      ['VIRTUAL_ENV', '/env'],
      ['PYTHONHASHSEED', '0'],
    ],
  );
});
