/**
 * ONNX Runtime's libraries for CUDA: too large for the npm package, whose install script may fetch them. Which they are, and where they
 * come from, is read from the table of that script, so that they are always those of the version that is bundled.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import metadata from 'onnxruntime-node/script/install-metadata.js';
import { z } from 'zod';
import { cacheFolder } from './cacheFolder.ts';

export interface GpuSupport {
  /** The index of the NuGet server. */
  readonly index: string;
  readonly packageName: string;
  readonly version: string;
  /** Their paths in the package. */
  readonly files: readonly string[];
}

/** The library that the others must lie beside. */
export const RUNTIME_LIBRARY = 'libonnxruntime.so.1';

/** In the table, by platform and version of CUDA. */
const MANIFEST = 'linux/x64:cuda12';
/** What a run asks for is CUDA; TensorRT's provider is in the package too, and of no use without TensorRT. */
const WANTED = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'];

const metadataSchema = z.object({
  manifests: z.object({
    [MANIFEST]: z.record(z.string(), z.object({ package: z.string(), path: z.string() })),
  }),
  packages: z.record(
    z.string(),
    z.object({ name: z.string(), versions: z.array(z.object({ feed: z.string(), version: z.string() })).min(1) }),
  ),
  feeds: z.record(z.string(), z.object({ index: z.url() })),
});

/** Whether there are such libraries for a platform, `linux-x64`. */
export function hasGpuSupport(platform: string): boolean {
  return platform === 'linux-x64';
}

export function gpuSupport(): GpuSupport {
  const { manifests, packages, feeds } = metadataSchema.parse(metadata);
  const wanted = WANTED.map((name) => {
    const entry = manifests[MANIFEST][`./${name}`];
    if (entry === undefined) throw new Error(`onnxruntime-node's install script does not know ${name}`);
    return entry;
  });
  const { name: packageName = '', versions = [] } = packages[wanted[0]?.package ?? ''] ?? {};
  const [{ feed, version } = { feed: '', version: '' }] = versions;
  const index = feeds[feed]?.index;
  if (index === undefined) throw new Error("onnxruntime-node's install script names no server for CUDA's libraries");
  return { index, packageName, version, files: wanted.map((entry) => entry.path) };
}

/** Where the libraries of this version lie, with a copy of the library that they must lie beside. */
export function gpuSupportFolder(): string {
  return path.join(cacheFolder(), 'gpu-support', `onnxruntime-${gpuSupport().version}-linux-x64-cuda12`);
}

/** The folder from which a process is to load ONNX Runtime, to have CUDA; null where none was installed. */
export function installedGpuSupport(): string | null {
  if (!hasGpuSupport(`${process.platform}-${process.arch}`)) return null;
  const folder = gpuSupportFolder();
  return existsSync(path.join(folder, RUNTIME_LIBRARY)) ? folder : null;
}
