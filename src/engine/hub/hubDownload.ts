/** One file from the hub into the cache: broken off, gone on with, checked. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../protocol/errors.ts';
import type { HubClient, HubFile } from './hubClient.ts';
import { HubBroken } from './hubRequests.ts';
import { retrying, type Patience } from './retrying.ts';

export interface DownloadOptions extends Patience {
  /** Told of every piece, with the bytes of the file that are here. */
  readonly onBytes: (bytes: number) => void;
}

/** A file being fetched: its name, the process that does, this. Without the process it is free to be gone on with. */
const INCOMPLETE = /^\.(?:(\d+)\.)?incomplete$/;

/**
 * Fetches a file to `target`. What has arrived before stays beside it as `.incomplete` until the rest has, whoever goes on with it; one
 * process at a time, as it bears that process's name meanwhile. One call at a time for a target in each process.
 * @throws UserError where it cannot be had, or is not what the hub lists
 */
export async function downloadBlob(
  client: HubClient,
  file: HubFile,
  commit: string,
  target: string,
  options: DownloadOptions,
): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true });
  const incomplete = `${target}.${process.pid}.incomplete`;
  await takeOver(target, incomplete);
  try {
    await fetchAll(client, file, commit, incomplete, options);
    await rename(incomplete, target);
  } catch (error) {
    await rename(incomplete, `${target}.incomplete`).catch(() => {});
    throw error;
  }
}

/** Goes on with what nobody fetches any more. Renamed, it is taken by one of those who try at a time. */
async function takeOver(target: string, incomplete: string): Promise<void> {
  const name = path.basename(target);
  const folder = path.dirname(target);
  for (const entry of await readdir(folder)) {
    const match = entry.startsWith(name) ? INCOMPLETE.exec(entry.slice(name.length)) : null;
    if (match === null || (match[1] !== undefined && isOthers(Number(match[1])))) continue;
    const taken = await rename(path.join(folder, entry), incomplete).then(
      () => true,
      () => false,
    );
    if (taken) return;
  }
}

/** Whether this is another process that runs. */
function isOthers(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function fetchAll(
  client: HubClient,
  file: HubFile,
  commit: string,
  incomplete: string,
  options: DownloadOptions,
): Promise<void> {
  await retrying(() => goOn(client, file, commit, incomplete, options.onBytes), options);
  if ((await checksumOf(incomplete, file)) !== file.checksum) {
    await rm(incomplete, { force: true });
    throw new UserError(
      `${file.path} did not arrive as the hub has it (another checksum), and was thrown away. Try again; behind a proxy or mirror, ask who runs it.`,
    );
  }
}

async function goOn(
  client: HubClient,
  file: HubFile,
  commit: string,
  incomplete: string,
  onBytes: (bytes: number) => void,
): Promise<void> {
  let bytes = await stat(incomplete).then(
    ({ size }) => size,
    () => 0,
  );
  // Longer than the whole: of something else.
  if (bytes > file.bytes) {
    await rm(incomplete);
    bytes = 0;
  }
  onBytes(bytes);
  const handle = await open(incomplete, 'a');
  try {
    if (bytes === file.bytes) return;
    for await (const piece of client.contents(file, commit, bytes)) {
      await handle.appendFile(piece);
      bytes += piece.byteLength;
      onBytes(bytes);
    }
  } finally {
    await handle.close();
  }
  if (bytes < file.bytes) throw new HubBroken(`The connection broke off in the middle of ${file.path}. Try again.`);
}

async function checksumOf(incomplete: string, { checksumKind, bytes }: HubFile): Promise<string> {
  const hash = createHash(checksumKind === 'sha256' ? 'sha256' : 'sha1');
  if (checksumKind === 'git') hash.update(`blob ${bytes}\0`);
  await pipeline(createReadStream(incomplete), hash);
  return hash.digest('hex');
}
