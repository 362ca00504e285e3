import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MachineFacts } from './machineFacts.ts';
import { explainFailure } from './providerFailure.ts';

const linux: MachineFacts = { system: 'linux', arch: 'x64', nvidiaDriver: true, cudaProvider: true, missing: [] };
const cuda = (facts: Partial<MachineFacts>): { reason: string; remedy: string | null } =>
  explainFailure('cuda', 'Failed to load shared library', { ...linux, ...facts });

test('CUDA: what is missing is named, and what to do said where there is a card for it', () => {
  const libraries = cuda({ missing: ['libcublasLt.so.12', 'libcudnn.so.9', 'libvulkan.so.1'] });
  assert.match(libraries.reason, /does not find libcublasLt\.so\.12 \(CUDA 12\), libcudnn\.so\.9 \(cuDNN 9\)$/);
  assert.match(libraries.remedy ?? '', /cuDNN 9.*LD_LIBRARY_PATH/);

  const provider = cuda({ cudaProvider: false });
  assert.match(provider.reason, /NVIDIA driver is loaded, but the CUDA provider/);
  assert.match(provider.remedy ?? '', /"Install GPU Support".*`rlvr get gpu-support`/);

  const neither = cuda({ cudaProvider: false, nvidiaDriver: false });
  assert.match(neither.reason, /no NVIDIA driver.*not installed/);
  assert.equal(neither.remedy, null);
  assert.deepEqual(cuda({ nvidiaDriver: false }), {
    reason: 'the CUDA provider is installed, but no NVIDIA driver is loaded',
    remedy: null,
  });

  const other = cuda({});
  assert.equal(other.reason, 'Failed to load shared library');
  assert.match(other.remedy ?? '', /525/);
  for (const facts of [{ system: 'darwin' }, { arch: 'arm64' }] as const)
    assert.match(cuda(facts).reason, /on Linux with x64 only/);
});

test('providers of one system are no fault elsewhere', () => {
  for (const [provider, system] of [
    ['dml', 'Windows'],
    ['coreml', 'macOS'],
  ] as const)
    assert.deepEqual(explainFailure(provider, 'no available backend found.', linux), {
      reason: `${provider === 'dml' ? 'DirectML' : 'CoreML'} is a part of ${system}`,
      remedy: null,
    });
  assert.match(explainFailure('dml', 'no device', { ...linux, system: 'win32' }).remedy ?? '', /DirectX 12/);
});

test('WebGPU: the loader and the card are told apart, and source places are left out', () => {
  const message =
    '/src/core/webgpu_context.cc:136 void F() adapter_result.status == Success was false. Failed to get a WebGPU adapter: No supported adapters';
  const reason = (facts: MachineFacts): string => explainFailure('webgpu', message, facts).reason;
  assert.match(reason({ ...linux, missing: ['libvulkan.so.1'] }), /libvulkan\.so\.1, is missing/);
  assert.equal(reason(linux), 'there is no graphics card with a driver for Vulkan that WebGPU could use');
  assert.equal(reason({ ...linux, system: 'win32' }), 'there is no graphics card that WebGPU could use');
  assert.equal(
    explainFailure('webgpu', '/src/a.cc:1 void F() ok was false. The device was lost.\nat b', linux).reason,
    'The device was lost',
  );
});
