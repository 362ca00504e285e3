/** "Install GPU Support": fetches ONNX Runtime's libraries for CUDA, because somebody asked for them. */
import { copyFile, link, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ComputeClient } from '../compute/client.ts';
import { isWriteFailure, requireOnline, type GetProgress } from '../hub/fetchFiles.ts';
import { useDownload } from '../hub/hubDownload.ts';
import { isOffline, type Environment } from '../hub/hubPlaces.ts';
import { inTurn } from '../hub/inTurn.ts';
import { retrying, type Patience } from '../hub/retrying.ts';
import { cacheFolder } from '../onnx/cacheFolder.ts';
import {
  gpuSupport,
  gpuSupportFolder,
  hasGpuSupport,
  installedGpuSupport,
  RUNTIME_LIBRARY,
} from '../onnx/gpuSupport.ts';
import type { InspectReply, ProviderFailure } from '../protocol/compute.ts';
import { isLocal } from '../protocol/apiAddress.ts';
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
  /** Where it is, or will be. */
  readonly folder: string;
  /** What would be fetched; null where it is installed. */
  readonly download: { readonly bytes: number; readonly url: string } | null;
}

export interface InstalledGpuSupport {
  readonly folder: string;
  /** Why CUDA does not work with it; null where it does. */
  readonly failure: ProviderFailure | null;
}

/**
 * What would be fetched, and from where; the server is asked only where it is not installed.
 * @throws UserError where there is nothing for this machine, or it cannot be had
 */
export async function describeGpuSupport(options: GpuSupportOptions): Promise<GpuSupportDescription> {
  const { packageName, version } = gpuSupport();
  const described = { name: `${packageName} ${version}`, version, folder: gpuSupportFolder() };
  if (installedGpuSupport() !== null) return { ...described, download: null };
  const { bytes, url } = await look(options);
  return { ...described, download: { bytes, url } };
}

/**
 * Whole or not at all: unpacked beside its place and then renamed. What has arrived is kept until then, so that the next time goes on with
 * it. Who asks while it is installed waits, and has what the other installed.
 * @throws UserError where it cannot be had, is not what the server lists, or cannot be written; the signal's reason once it is aborted
 */
export async function installGpuSupport(options: InstallOptions): Promise<InstalledGpuSupport> {
  const folder = gpuSupportFolder();
  await inTurn(folder, async () => {
    if (installedGpuSupport() === null) await install(folder, options);
  });
  const { providers } = await inspect(['cuda']);
  return { folder, failure: providers[0]?.failure ?? null };
}

async function install(folder: string, options: InstallOptions): Promise<void> {
  const { signal, onProgress } = options;
  const { url, bytes, sha512 } = await look(options);
  const { runtimeFolder } = await inspect([]);
  if (runtimeFolder === null) throw new Error("ONNX Runtime's library is not among those that are loaded");
  const { packageName, version } = gpuSupport();
  const name = `${packageName} ${version}`;
  try {
    await useDownload(
      (from) => packageContents(url, from, signal),
      { path: name, bytes, checksum: sha512, checksumKind: 'sha512' },
      `${folder}.nupkg`,
      {
        ...options,
        onBytes: (done) => onProgress({ source: 'GPU support', file: name, done, total: bytes }),
        use: async (download) => {
          await unpack(download, { folder, runtimeFolder, signal });
          await rm(download);
        },
      },
    );
  } catch (error) {
    if (!isWriteFailure(error)) throw error;
    throw new UserError(
      `GPU support cannot be written to ${cacheFolder()} (${error.message}). Make room or mend its permissions, or name another folder with XDG_CACHE_HOME.`,
    );
  }
}

interface Unpacking {
  /** Where the libraries go. */
  readonly folder: string;
  /** Of ONNX Runtime as it was loaded. */
  readonly runtimeFolder: string;
  readonly signal: AbortSignal;
}

/** A package that is no good is removed; one that was only not unpacked stays. */
async function unpack(download: string, { folder, runtimeFolder, signal }: Unpacking): Promise<void> {
  const partial = `${folder}.${process.pid}.partial`;
  const targets = gpuSupport().files.map((file) => [file, path.join(partial, path.posix.basename(file))] as const);
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial);
    await unpackEntries(download, new Map(targets), signal);
    await place(path.join(runtimeFolder, RUNTIME_LIBRARY), path.join(partial, RUNTIME_LIBRARY));
    await putInPlace(partial, folder);
  } catch (error) {
    if (error instanceof UserError) await rm(download, { force: true });
    throw error;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
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

async function look({ env, ...patience }: GpuSupportOptions): Promise<NugetPackage> {
  const platform = `${process.platform}-${process.arch}`;
  if (!hasGpuSupport(platform))
    throw new UserError(
      `ONNX Runtime has libraries for CUDA on Linux with x64 only, and this is ${platform}. "rlvr doctor" says what works here.`,
    );
  requireOnline('GPU support', { offline: isOffline(env) });
  const support = gpuSupport();
  const id = { ...support, index: env[INDEX_VARIABLE] ?? support.index };
  if (!/^https?:\/\//.test(id.index) || !URL.canParse(id.index))
    throw new UserError(
      `${INDEX_VARIABLE} is "${id.index}", which is no address of a NuGet server. Write https://..., or unset it.`,
    );
  if (new URL(id.index).protocol !== 'https:' && !isLocal(id.index))
    throw new UserError(
      `${INDEX_VARIABLE} is "${id.index}", which is not https: anybody on the way could send other libraries. Write https://..., or unset it.`,
    );
  return retrying(() => findPackage(id, patience.signal), patience);
}

async function putInPlace(partial: string, folder: string): Promise<void> {
  try {
    await rename(partial, folder);
  } catch (error) {
    // Another process was faster: what it installed is the same.
    if (installedGpuSupport() !== null) return;
    // By POSIX the one or the other: ext4 says the first, XFS the second.
    if (!(error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST')))
      throw error;
    // Somebody removed a part of what was installed.
    await rm(folder, { recursive: true });
    await rename(partial, folder);
  }
}

/** A link costs no room, where the file system can. */
async function place(source: string, target: string): Promise<void> {
  await link(source, target).catch(() => copyFile(source, target));
}
