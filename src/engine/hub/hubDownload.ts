/** One file of a server onto the disk: broken off, gone on with, checked. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../protocol/errors.ts';
import { HubBroken } from './hubRequests.ts';
import { retrying, type Patience } from './retrying.ts';
import { leftBehind, unfinished } from './unfinishedFile.ts';

/** A file as a server lists it. */
export interface ListedFile {
  /** For messages. */
  readonly path: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly checksum: string;
  /** `git` is git's own, of small files of the hub. */
  readonly checksumKind: 'sha256' | 'sha512' | 'git';
}

/** The contents of the file from a byte on. Fails with `HubBroken` where asking again may do. */
export type ReadFrom = (from: number) => AsyncIterable<Uint8Array>;

export interface DownloadOptions extends Patience {
  /** Told of every piece, with the bytes of the file that are here. */
  readonly onBytes: (bytes: number) => void;
}

/** Behind the name of a file that has arrived in part and that nobody fetches. Other programs have other names for theirs. */
const IN_PART = '.rlvr.incomplete';

/** Fetches a file to `target`; otherwise as `useDownload`. */
export function downloadBlob(
  readFrom: ReadFrom,
  file: ListedFile,
  target: string,
  options: DownloadOptions,
): Promise<void> {
  return useDownload(readFrom, file, target, { ...options, use: (whole) => rename(whole, target) });
}

/**
 * Fetches a file for `use`, which takes it away. What has arrived before stays beside `target` as `.rlvr.incomplete` until then, whoever goes
 * on with it, and stays where `use` fails and leaves it; one process at a time has it, as it bears that process's name meanwhile. One
 * call at a time for a target in each process.
 * @throws UserError where it cannot be had, or is not what is listed; other errors are those of `use`
 */
export async function useDownload(
  readFrom: ReadFrom,
  file: ListedFile,
  target: string,
  { use, ...options }: DownloadOptions & { readonly use: (whole: string) => Promise<void> },
): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true });
  const incomplete = unfinished(target);
  await takeOver(target, incomplete);
  try {
    await fetchAll(readFrom, file, incomplete, options);
    await use(incomplete);
  } catch (error) {
    await rename(incomplete, `${target}${IN_PART}`).catch(() => {});
    throw error;
  }
}

/** Goes on with what nobody fetches any more. Renamed, it is taken by one of those who try at a time. */
async function takeOver(target: string, incomplete: string): Promise<void> {
  const name = path.basename(target);
  const folder = path.dirname(target);
  for (const entry of await readdir(folder)) {
    if (entry !== `${name}${IN_PART}` && leftBehind(entry) !== name) continue;
    const taken = await rename(path.join(folder, entry), incomplete).then(
      () => true,
      () => false,
    );
    if (taken) return;
  }
}

async function fetchAll(
  readFrom: ReadFrom,
  file: ListedFile,
  incomplete: string,
  options: DownloadOptions,
): Promise<void> {
  await retrying(() => goOn(readFrom, file, incomplete, options.onBytes), options);
  if ((await checksumOf(incomplete, file, options.signal)) !== file.checksum) {
    await rm(incomplete, { force: true });
    throw new UserError(
      `${file.path} did not arrive as it is listed (another checksum), and was thrown away. Try again; behind a proxy or mirror, ask who runs it.`,
    );
  }
}

async function goOn(
  readFrom: ReadFrom,
  file: ListedFile,
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
    for await (const piece of readFrom(bytes)) {
      await handle.appendFile(piece);
      bytes += piece.byteLength;
      onBytes(bytes);
    }
  } finally {
    await handle.close();
  }
  if (bytes < file.bytes) throw new HubBroken(`The connection broke off in the middle of ${file.path}. Try again.`);
}

async function checksumOf(
  incomplete: string,
  { checksumKind, bytes }: ListedFile,
  signal: AbortSignal,
): Promise<string> {
  const hash = createHash(checksumKind === 'git' ? 'sha1' : checksumKind);
  if (checksumKind === 'git') hash.update(`blob ${bytes}\0`);
  await pipeline(createReadStream(incomplete), hash, { signal });
  return hash.digest('hex');
}
