/** What a job is sent: packages of files, named by what is in them, so that a cluster that has one is not sent it again. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { UserError } from '../../protocol/errors.ts';
import type { RayJobs } from './rayJobs.ts';
import { zipped } from './zipFile.ts';

/** Ray keeps packages in the memory of its head node, and refuses larger ones (`GCS_STORAGE_MAX_SIZE`). */
const MAX_PACKAGE_BYTES = 512 * 1024 * 1024;

export interface PackedFile {
  /** In the package, with `/` between its parts. */
  readonly path: string;
  /** Absolute path on this machine. */
  readonly file: string;
  readonly executable?: boolean;
}

/** What compresses by more than this is no model. */
const MAX_UNPACKED_BYTES = 4 * MAX_PACKAGE_BYTES;

/** By path, size and time of a file: the engine is the same for all runs of a sweep. */
const digests = new Map<string, string>();

/**
 * Sends a package unless the cluster has it; resolves with its name.
 * Rejects with UserError where a file cannot be read, or all are too large.
 */
export async function sendPackage(jobs: RayJobs, files: readonly PackedFile[]): Promise<string> {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const bytes = sorted.reduce((sum, { file }) => sum + reading(file, () => statSync(file).size), 0);
  if (bytes > MAX_UNPACKED_BYTES) throw tooLarge(bytes);
  const hash = createHash('sha256');
  for (const { path, file, executable = false } of sorted)
    hash.update(`${JSON.stringify([path, executable, digestOf(file)])}\n`);
  const name = `_ray_pkg_rlvr_${hash.digest('hex').slice(0, 32)}.zip`;
  if (await jobs.hasPackage(name)) return name;
  const zip = await zipped(
    sorted.map(({ path, file, executable = false }) => ({
      path,
      contents: reading(file, () => readFileSync(file)),
      executable,
    })),
  );
  if (zip.byteLength >= MAX_PACKAGE_BYTES) throw tooLarge(zip.byteLength);
  await jobs.uploadPackage(name, zip);
  return name;
}

function digestOf(file: string): string {
  return reading(file, () => {
    const { size, mtimeMs } = statSync(file);
    const key = JSON.stringify([file, size, mtimeMs]);
    const digest = digests.get(key) ?? createHash('sha256').update(readFileSync(file)).digest('hex');
    digests.set(key, digest);
    return digest;
  });
}

function tooLarge(bytes: number): UserError {
  return new UserError(
    `What the run needs is ${Math.round(bytes / 1e6)} MB, more than Ray takes over HTTP (${MAX_PACKAGE_BYTES / 1024 ** 2} MiB, packed). Name a model or a dataset of the hub, or an absolute path that all nodes have.`,
  );
}

/** @throws UserError where the file cannot be read */
function reading<Read>(file: string, read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    throw new UserError(`${file} is to be sent and cannot be read: ${error instanceof Error ? error.message : ''}`);
  }
}
