/**
 * Zip files as Ray unpacks them, the same bytes for the same files: no times in them, and entries in the order of their paths. APPNOTE.TXT 6.3.3,
 * sections 4.3.7, 4.3.12 and 4.3.16.
 */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZippedFile {
  /** With `/` between its parts. */
  readonly path: string;
  readonly contents: Uint8Array;
  readonly executable: boolean;
}

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_RECORD = 0x06054b50;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
/** 2.0: deflate and folders. */
const VERSION = 20;
/** Made on Unix, so that the upper half of the attributes is a file's mode. */
const MADE_BY = (3 << 8) | VERSION;
/** Names are UTF-8. */
const FLAGS = 1 << 11;
const DEFLATE = 8;
/** 1980-01-01, the first day that a zip file can say. */
const DATE = (1 << 5) | 1;
/** A package is sent once and kept in memory: the fastest level is two thirds of the best one's gain. */
const LEVEL = 1;
const REGULAR = 0o100000;

export function zipped(files: readonly ZippedFile[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { path, contents, executable } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const name = Buffer.from(path, 'utf8');
    const packed = deflateRawSync(contents, { level: LEVEL });
    const about = Buffer.alloc(CENTRAL_BYTES - 20);
    about.writeUInt16LE(VERSION, 0);
    about.writeUInt16LE(FLAGS, 2);
    about.writeUInt16LE(DEFLATE, 4);
    about.writeUInt16LE(DATE, 8);
    about.writeUInt32LE(crc32(contents), 10);
    about.writeUInt32LE(packed.byteLength, 14);
    about.writeUInt32LE(contents.byteLength, 18);
    about.writeUInt16LE(name.byteLength, 22);
    const local = Buffer.alloc(LOCAL_BYTES);
    local.writeUInt32LE(LOCAL_HEADER, 0);
    about.copy(local, 4);
    parts.push(local, name, packed);
    const central = Buffer.alloc(CENTRAL_BYTES);
    central.writeUInt32LE(CENTRAL_HEADER, 0);
    central.writeUInt16LE(MADE_BY, 4);
    about.copy(central, 6);
    central.writeUInt32LE(((REGULAR | (executable ? 0o755 : 0o644)) << 16) >>> 0, 38);
    central.writeUInt32LE(offset, 42);
    directory.push(central, name);
    offset += LOCAL_BYTES + name.byteLength + packed.byteLength;
  }
  const size = directory.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END_RECORD, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
