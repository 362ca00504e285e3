import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseProvider, probeProvider } from './providers.ts';
import { knownProviders, runtimeVersion } from './session.ts';

test('the CPU is what there always is, and what is taken without a wish', async () => {
  assert.ok(knownProviders().includes('cpu'));
  assert.match(runtimeVersion, /^1\.\d+\.\d+/);
  assert.equal(await probeProvider('cpu'), null);
  for (const device of ['auto', 'cpu'])
    assert.deepEqual(await chooseProvider(device), { providers: ['cpu'], warning: null });
});

test('a device that does not work is replaced, and the warning names it and the reason', async () => {
  const reason = await probeProvider('abacus');
  assert.ok(reason);
  const { providers, warning } = await chooseProvider('abacus');
  assert.deepEqual(providers, ['cpu']);
  assert.ok(warning?.includes('"abacus"') && warning.includes(reason));
});
