/** Single entries of a zip file, written to the disk as they are unpacked: those for CUDA have hundreds of megabytes. */
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { UserError } from '../protocol/errors.ts';

/**
 * Unpacks entries to where the caller says: a name in the file is looked up and never a place to write to.
 * @param targets by the entry's name, the file to write, which must not exist
 * @throws UserError where one is not in the file, or is not what the file says of it; and once the signal is aborted
 */
export async function unpackEntries(
  zip: string,
  targets: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const noZip = `${zip} is no zip file, or a damaged one.`;
  const file = await orRefused(() => openPromise(zip, { autoClose: false, lazyEntries: true }), noZip);
  try {
    const entries = await orRefused(() => findEntries(file, targets), noZip);
    for (const [name, target] of targets) {
      const entry = entries.get(name);
      if (entry === undefined) throw new UserError(`${zip} has no ${name}.`);
      await orRefused(() => unpack(file, entry, target, signal), `${name} of ${zip} is damaged. Fetch it again.`);
    }
  } finally {
    file.close();
  }
}

async function findEntries(file: ZipFile, wanted: ReadonlyMap<string, string>): Promise<Map<string, Entry>> {
  const found = new Map<string, Entry>();
  for await (const entry of file.eachEntry()) if (wanted.has(entry.fileName)) found.set(entry.fileName, entry);
  return found;
}

/** The library holds the bytes against the entry's size, while they come; its checksum is for us to hold them against. */
async function unpack(file: ZipFile, entry: Entry, target: string, signal: AbortSignal): Promise<void> {
  let crc = 0;
  const counted = new Transform({
    transform(piece: Buffer, _, done) {
      crc = crc32(piece, crc);
      done(null, piece);
    },
  });
  const unpacked = await file.openReadStreamPromise(entry);
  await pipeline(unpacked, counted, createWriteStream(target, { flags: 'wx' }), { signal });
  if (crc !== entry.crc32) throw new Error('another checksum');
}

/** What the system says, which has a code, is told as it is, and an abort too; all else is a file that is not as it should be. */
async function orRefused<Made>(make: () => Promise<Made>, refusal: string): Promise<Made> {
  try {
    return await make();
  } catch (error) {
    const isSystems = error instanceof Error && 'code' in error && !String(error.code).startsWith('Z_');
    throw isSystems ? error : new UserError(refusal, { cause: error });
  }
}
