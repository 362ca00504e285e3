/**
 * Single entries of a zip file, written to the disk as they are unpacked: those for CUDA have hundreds of megabytes. PKWARE's APPNOTE,
 * sections 4.3.7, 4.3.12 and 4.3.16; no encryption and no zip64, which files below 4 GiB do without.
 */
import { createWriteStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { UserError } from '../protocol/errors.ts';

interface Entry {
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Of its local header. */
  readonly offset: number;
}

const END_SIGNATURE = 0x06054b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
/** A comment behind the end record has at most so many bytes. */
const MAX_COMMENT = 0xffff;
/** A directory that is larger is none of a package of libraries. */
const MAX_DIRECTORY = 2 ** 24;
const STORED = 0;
const DEFLATED = 8;

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
  const handle = await open(zip, 'r');
  try {
    const entries = await readDirectory(handle, zip);
    for (const [name, target] of targets) {
      const entry = entries.get(name);
      if (entry === undefined) throw new UserError(`${zip} has no ${name}.`);
      await unpack(handle, entry, target, { what: `${name} of ${zip}`, signal });
    }
  } finally {
    await handle.close();
  }
}

async function readDirectory(handle: FileHandle, zip: string): Promise<Map<string, Entry>> {
  const { size } = await handle.stat();
  const tail = await read(handle, Math.max(0, size - END_BYTES - MAX_COMMENT), Math.min(size, END_BYTES + MAX_COMMENT));
  const noZip = new UserError(`${zip} is no zip file, or a damaged one.`);
  let end = tail.length - END_BYTES;
  while (end >= 0 && tail.readUInt32LE(end) !== END_SIGNATURE) end--;
  if (end < 0) throw noZip;
  const bytes = tail.readUInt32LE(end + 12);
  const offset = tail.readUInt32LE(end + 16);
  if (bytes > MAX_DIRECTORY || offset + bytes > size) throw noZip;
  const directory = await read(handle, offset, bytes);
  const entries = new Map<string, Entry>();
  for (let at = 0; at < bytes;) {
    if (at + CENTRAL_BYTES > bytes || directory.readUInt32LE(at) !== CENTRAL_SIGNATURE) throw noZip;
    const nameEnd = at + CENTRAL_BYTES + directory.readUInt16LE(at + 28);
    entries.set(directory.toString('utf8', at + CENTRAL_BYTES, nameEnd), {
      method: directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      packedBytes: directory.readUInt32LE(at + 20),
      bytes: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    });
    at = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

async function unpack(
  handle: FileHandle,
  entry: Entry,
  target: string,
  { what, signal }: { readonly what: string; readonly signal: AbortSignal },
): Promise<void> {
  const damaged = new UserError(`${what} is damaged. Fetch it again.`);
  const header = await read(handle, entry.offset, LOCAL_BYTES);
  if (header.length < LOCAL_BYTES || header.readUInt32LE(0) !== LOCAL_SIGNATURE) throw damaged;
  if (entry.method !== STORED && entry.method !== DEFLATED)
    throw new UserError(`${what} is packed by method ${entry.method}, which is not known here.`);
  const start = entry.offset + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  let bytes = 0;
  let crc = 0;
  const counted = new Transform({
    transform(piece: Buffer, _, done) {
      bytes += piece.length;
      crc = crc32(piece, crc);
      // Whatever it unpacks to, no more is written than it says.
      done(bytes > entry.bytes ? damaged : null, piece);
    },
  });
  const packed = pieces(handle, start, entry.packedBytes);
  const written = createWriteStream(target, { flags: 'wx' });
  try {
    if (entry.method === STORED) await pipeline(packed, counted, written, { signal });
    else await pipeline(packed, createInflateRaw(), counted, written, { signal });
  } catch (error) {
    throw error instanceof Error && 'code' in error && String(error.code).startsWith('Z_') ? damaged : error;
  }
  if (bytes !== entry.bytes || crc !== entry.crc) throw damaged;
}

const PIECE_BYTES = 2 ** 20;

async function* pieces(handle: FileHandle, from: number, bytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes; at += PIECE_BYTES) yield read(handle, from + at, Math.min(PIECE_BYTES, bytes - at));
}

/** Fewer where the file ends. */
async function read(handle: FileHandle, from: number, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, from);
  return buffer.subarray(0, bytesRead);
}
