/** "Install GPU Support": fetches ONNX Runtime's libraries for CUDA, because somebody asked for them. */
import { copyFile, link, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ComputeClient } from '../compute/client.ts';
import { isWriteFailure, requireOnline, type GetProgress } from '../hub/fetchFiles.ts';
import { downloadBlob } from '../hub/hubDownload.ts';
import { hubPlaces, type Environment } from '../hub/hubPlaces.ts';
import { retrying, type Patience } from '../hub/retrying.ts';
import { cacheFolder } from '../onnx/cacheFolder.ts';
import {
  gpuSupport,
  gpuSupportFolder,
  hasGpuSupport,
  installedGpuSupport,
  RUNTIME_LIBRARY,
  type GpuSupport,
} from '../onnx/gpuSupport.ts';
import type { InspectReply, ProviderFailure } from '../protocol/compute.ts';
import { UserError } from '../protocol/errors.ts';
import { findPackage, packageContents, type NugetPackage } from './nugetPackage.ts';
import { unpackEntries } from './zipFile.ts';

export interface GpuSupportOptions extends Patience {
  readonly env: Environment;
}

/** Names a mirror of the server that onnxruntime-node's install script asks. */
const INDEX_VARIABLE = 'RLVR_NUGET_INDEX';

export interface InstallOptions extends GpuSupportOptions {
  readonly onProgress: (progress: GetProgress) => void;
}

export interface GpuSupportDescription {
  readonly name: string;
  readonly version: string;
  /** Of the download. */
  readonly bytes: number;
  readonly url: string;
  /** Where it is, or will be. */
  readonly folder: string;
  readonly isInstalled: boolean;
}

export interface InstalledGpuSupport {
  readonly folder: string;
  /** Why CUDA does not work with it; null where it does. */
  readonly failure: ProviderFailure | null;
}

/** What would be fetched, and from where. @throws UserError where there is nothing for this machine, or it cannot be had */
export async function describeGpuSupport(options: GpuSupportOptions): Promise<GpuSupportDescription> {
  const { name, support, found } = await look(options);
  const { bytes, url } = found;
  const folder = gpuSupportFolder();
  const isInstalled = installedGpuSupport() !== null;
  return { name, version: support.version, bytes, url, folder, isInstalled };
}

/**
 * Whole or not at all: unpacked beside its place and then renamed. What has arrived of a download that breaks off is kept.
 * @throws UserError where it cannot be had, is not what the server lists, or cannot be written
 */
export async function installGpuSupport(options: InstallOptions): Promise<InstalledGpuSupport> {
  const { signal } = options;
  const { name, support, found } = await look(options);
  const { runtimeFolder } = await inspect([]);
  if (runtimeFolder === null) throw new Error("ONNX Runtime's library is not among those that are loaded");
  const folder = gpuSupportFolder();
  const download = `${folder}.nupkg`;
  const partial = `${folder}.${process.pid}.partial`;
  try {
    await downloadBlob(
      (from) => packageContents(found.url, from, signal),
      { path: name, bytes: found.bytes, checksum: found.sha512, checksumKind: 'sha512' },
      download,
      {
        ...options,
        onBytes: (done) => options.onProgress({ source: 'GPU support', file: name, done, total: found.bytes }),
      },
    );
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial);
    await unpackEntries(
      download,
      new Map(support.files.map((file) => [file, path.join(partial, path.posix.basename(file))])),
    );
    await place(path.join(runtimeFolder, RUNTIME_LIBRARY), path.join(partial, RUNTIME_LIBRARY));
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
    await rm(download);
  } catch (error) {
    if (!isWriteFailure(error)) throw error;
    throw new UserError(
      `GPU support cannot be written to ${cacheFolder()} (${error.message}). Make room or mend its permissions, or name another folder with XDG_CACHE_HOME.`,
    );
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  const { providers } = await inspect(['cuda']);
  return { folder, failure: providers[0]?.failure ?? null };
}

/** In a compute process as a run has it, which loads what was installed. */
async function inspect(providers: readonly string[]): Promise<InspectReply> {
  const compute = new ComputeClient();
  try {
    return await compute.request({ kind: 'inspect', providers });
  } finally {
    compute.kill();
  }
}

interface Looked {
  readonly name: string;
  readonly support: GpuSupport;
  readonly found: NugetPackage;
}

async function look({ env, ...patience }: GpuSupportOptions): Promise<Looked> {
  const platform = `${process.platform}-${process.arch}`;
  if (!hasGpuSupport(platform))
    throw new UserError(
      `ONNX Runtime has libraries for CUDA on Linux with x64 only, and this is ${platform}. "rlvr doctor" says what works here.`,
    );
  requireOnline('GPU support', hubPlaces(env));
  const support = gpuSupport();
  const id = { ...support, index: env[INDEX_VARIABLE] ?? support.index };
  if (!/^https?:\/\//.test(id.index) || !URL.canParse(id.index))
    throw new UserError(
      `${INDEX_VARIABLE} is "${id.index}", which is no address of a NuGet server. Write https://..., or unset it.`,
    );
  const found = await retrying(() => findPackage(id, patience.signal), patience);
  return { name: `${support.packageName} ${support.version}`, support, found };
}

/** A link costs no room, where the file system can. */
async function place(source: string, target: string): Promise<void> {
  await link(source, target).catch(() => copyFile(source, target));
}
