/** What of a machine decides whether a graphics card can be used: its driver, and the libraries that the system's loader finds. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CUDA_LIBRARIES, VULKAN_LOADER } from './driverLibraries.ts';
import { RUNTIME_LIBRARY } from './gpuSupport.ts';

export interface MachineFacts {
  readonly system: NodeJS.Platform;
  readonly arch: string;
  /** NVIDIA's driver is loaded (Linux). */
  readonly nvidiaDriver: boolean;
  /** ONNX Runtime's CUDA provider lies beside the library that is loaded (Linux). */
  readonly cudaProvider: boolean;
  /** Of the libraries that providers need, those that cannot be found (Linux). */
  readonly missing: readonly string[];
}

/** There where the driver is loaded, and under Windows' Linux, where it is the driver of Windows. */
const NVIDIA_DRIVERS = ['/proc/driver/nvidia/version', '/usr/lib/wsl/lib/libcuda.so.1'];

/** The file that ONNX Runtime looks for when asked for CUDA. */
const CUDA_PROVIDER = 'libonnxruntime_providers_cuda.so';

/** For the process that has loaded ONNX Runtime. Libraries are looked for by loading them. */
export function machineFacts(): MachineFacts {
  const { platform: system, arch } = process;
  if (system !== 'linux') return { system, arch, nvidiaDriver: false, cudaProvider: false, missing: [] };
  const nvidiaDriver = NVIDIA_DRIVERS.some((file) => existsSync(file));
  const folder = runtimeFolder();
  const cudaProvider = folder !== null && existsSync(path.join(folder, CUDA_PROVIDER));
  const cuda = nvidiaDriver && cudaProvider ? CUDA_LIBRARIES.map(({ library }) => library) : [];
  const missing = [VULKAN_LOADER, ...cuda].filter((library) => !isFound(library));
  return { system, arch, nvidiaDriver, cudaProvider, missing };
}

/** Folder of ONNX Runtime's library in the process that has loaded it; null where that cannot be told. */
export function runtimeFolder(): string | null {
  if (process.platform !== 'linux') return null;
  // Each line is a mapping, with the path of its file behind six columns.
  for (const line of readFileSync('/proc/self/maps', 'utf8').split('\n')) {
    const file = line.slice(Math.max(0, line.indexOf('/')));
    if (path.basename(file) === RUNTIME_LIBRARY) return path.dirname(file);
  }
  return null;
}

/** Whether the system's loader finds a library by its name, on the paths that ONNX Runtime's libraries are found on. */
function isFound(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library);
    return true;
  } catch (error) {
    // It is no module of Node's, which is said only of what could be loaded.
    return error instanceof Error && error.message.includes('self-register');
  }
}
