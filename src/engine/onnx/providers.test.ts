import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseProvider, hasHalves, probeProvider } from './providers.ts';
import { runtimeVersion } from './session.ts';

test('the CPU is what there always is, and what is taken without a wish', async () => {
  assert.match(runtimeVersion, /^1\.\d+\.\d+/);
  assert.equal(await probeProvider('cpu'), null);
  for (const device of ['auto', 'cpu'])
    assert.deepEqual(await chooseProvider(device), { providers: ['cpu'], failure: null });
});

test('a device that does not work is replaced, with the reason', async () => {
  const problem = await probeProvider('abacus');
  assert.ok(problem);
  const { providers, failure } = await chooseProvider('abacus');
  assert.deepEqual(providers, ['cpu']);
  assert.equal(failure, `abacus: ${problem.reason}.`);
});

test('"gpu" is the first that works, or the CPU with what is wrong with each', async () => {
  const { providers, failure } = await chooseProvider('gpu');
  assert.equal(providers.at(-1), 'cpu');
  if (failure === null) assert.equal(providers.length, 2);
  else assert.match(failure, /^cuda: .*\. dml: .*\. webgpu: .*\. coreml: .*\.$/);
});

test('the CPU multiplies numbers of 16 bits, by turning them into float32; what does not work has none', async () => {
  assert.equal(await hasHalves('cpu'), true);
  assert.equal(await hasHalves('abacus'), false);
});
