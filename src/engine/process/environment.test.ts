import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scrubEnvironment } from './environment.ts';

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
