/** Why an execution provider does not work on a machine, as a person can use it: ONNX Runtime's own words name neither cause nor cure. */
import { CUDA_LIBRARIES, VULKAN_LOADER } from './driverLibraries.ts';
import type { MachineFacts } from './machineFacts.ts';

export interface ProviderFailure {
  /** A clause without a full stop. */
  readonly reason: string;
  /** What to do, in sentences; null where this machine does not seem to be made for the provider. */
  readonly remedy: string | null;
}

/** @param message what ONNX Runtime says, which may begin with a place in its source */
export function explainFailure(provider: string, message: string, facts: MachineFacts): ProviderFailure {
  const raw = { reason: withoutSourcePlace(message), remedy: null };
  switch (provider) {
    case 'cuda':
      return explainCuda(raw.reason, facts);
    case 'dml':
      if (facts.system !== 'win32') return { reason: 'DirectML is a part of Windows', remedy: null };
      return { ...raw, remedy: 'DirectML needs DirectX 12: update Windows and the driver of the graphics card.' };
    case 'coreml':
      if (facts.system !== 'darwin') return { reason: 'CoreML is a part of macOS', remedy: null };
      return raw;
    case 'webgpu':
      return explainWebGpu(raw.reason, facts);
    default:
      return raw;
  }
}

function explainCuda(message: string, facts: MachineFacts): ProviderFailure {
  const { system, arch, nvidiaDriver, cudaProvider, missing } = facts;
  if (system !== 'linux' || arch !== 'x64')
    return { reason: 'ONNX Runtime has CUDA for Node on Linux with x64 only', remedy: null };
  const fetching = '"Install GPU Support" in the editor, or `rlvr get gpu-support` in a terminal, fetches it';
  if (!cudaProvider && !nvidiaDriver)
    return {
      reason: `no NVIDIA driver is loaded, and the CUDA provider is not installed; for a machine with such a GPU ${fetching}`,
      remedy: null,
    };
  if (!cudaProvider)
    return {
      reason:
        'an NVIDIA driver is loaded, but the CUDA provider, which is no part of the npm package, is not installed',
      remedy: `${fetching}.`,
    };
  if (!nvidiaDriver) return { reason: 'the CUDA provider is installed, but no NVIDIA driver is loaded', remedy: null };
  const libraries = missing.flatMap((name) => {
    const product = CUDA_LIBRARIES.find(({ library }) => library === name)?.product;
    return product === undefined ? [] : [`${name} (${product})`];
  });
  if (libraries.length > 0)
    return {
      reason: `the CUDA provider is installed, and does not find ${libraries.join(', ')}`,
      remedy:
        'Install CUDA 12 and cuDNN 9, and name the folders of their libraries in LD_LIBRARY_PATH where the editor or the terminal is started.',
    };
  return { reason: message, remedy: 'CUDA 12 needs an NVIDIA driver of version 525 or later.' };
}

function explainWebGpu(message: string, { system, missing }: MachineFacts): ProviderFailure {
  if (system === 'linux' && missing.includes(VULKAN_LOADER))
    return {
      reason: `WebGPU runs on Vulkan here, and its loader, ${VULKAN_LOADER}, is missing (package libvulkan1 or vulkan-loader)`,
      remedy: null,
    };
  if (!message.includes('No supported adapters')) return { reason: message, remedy: null };
  const driver = system === 'linux' ? ' with a driver for Vulkan' : '';
  return { reason: `there is no graphics card${driver} that WebGPU could use`, remedy: null };
}

/** The first line, without the source place that native libraries put in front. */
function withoutSourcePlace(message: string): string {
  const [line = ''] = message.trim().split('\n');
  return line
    .replace(/^\S*\.cc:\d+ .* was false\. /, '')
    .trim()
    .replace(/\.$/, '');
}
