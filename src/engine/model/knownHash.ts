/**
 * Hashes of large files, kept from one start to the next, as git's index keeps those of a work tree: while a file has its inode, size and
 * times, it is taken for what it was. Otherwise every start would read every weight.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { unfinished } from '../hub/unfinishedFile.ts';
import { cacheFolder } from '../onnx/cacheFolder.ts';
import { hashFiles } from './hashFiles.ts';

/** Less is read and hashed in some 50 ms. */
const LEAST_BYTES = 64 * 2 ** 20;

/** What was changed just now may be changed again without a later time: FAT counts in steps of two seconds, others in finer ones. */
const SETTLED_MS = 2000;

const keptSchema = z.object({ files: z.string(), hash: z.string().regex(/^[0-9a-f]{64}$/) });

interface KnownHashOptions {
  /** Of hashes, made where it does not exist. */
  readonly folder?: string;
  readonly leastBytes?: number;
  readonly settledMs?: number;
}

/** As `hashFiles`, without reading files that are as they were. What is kept lies in the user's cache folder. */
export async function knownHash(
  folder: string,
  names: readonly string[],
  options: KnownHashOptions = {},
): Promise<string> {
  const { folder: kept = join(cacheFolder(), 'hashes'), leastBytes = LEAST_BYTES, settledMs = SETTLED_MS } = options;
  const place = JSON.stringify([resolve(folder), names.toSorted()]);
  const file = join(kept, `${createHash('sha256').update(place).digest('hex')}.json`);
  const began = Date.now();
  const before = await lookAt(folder, names);
  if (before.bytes < leastBytes) return hashFiles(folder, names);
  const known = await readKept(file);
  if (known?.files === before.files) return known.hash;
  const hash = await hashFiles(folder, names);
  const { files } = await lookAt(folder, names);
  // Without a place to keep it the next start takes longer, and that is all.
  if (files === before.files && before.newestMs <= began - settledMs) await keep(file, { files, hash }).catch(() => {});
  return hash;
}

interface Look {
  /** By what a file that was changed, or replaced, is told from the one before. */
  readonly files: string;
  readonly bytes: number;
  /** When one of them was changed last, in milliseconds since 1970. */
  readonly newestMs: number;
}

async function lookAt(folder: string, names: readonly string[]): Promise<Look> {
  const facts: string[] = [];
  let [bytes, newestMs] = [0, 0];
  for (const name of names.toSorted()) {
    // What cannot be looked at is told of by who reads it.
    const found = await stat(join(folder, name), { bigint: true }).catch(() => null);
    if (found === null) continue;
    const { dev, ino, size, mtimeNs, ctimeNs } = found;
    facts.push([JSON.stringify(name), dev, ino, size, mtimeNs, ctimeNs].join(' '));
    bytes += Number(size);
    newestMs = Math.max(newestMs, Number(found.mtimeMs), Number(found.ctimeMs));
  }
  return { files: facts.join('\n'), bytes, newestMs };
}

async function readKept(file: string): Promise<z.output<typeof keptSchema> | null> {
  try {
    return keptSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Whole or not at all. */
async function keep(file: string, kept: z.output<typeof keptSchema>): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const partial = unfinished(file);
  await writeFile(partial, JSON.stringify(kept));
  await rename(partial, file);
}
