/** Reads a VSIX, which is a zip file: PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16; no encryption, no zip64. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  /** POSIX permissions. */
  readonly mode: number;
  readonly read: () => Buffer;
}

export function readZip(file: string): ZipEntry[] {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  const entries: ZipEntry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = bytes.readUInt16LE(at + 28);
    const header = bytes.readUInt32LE(at + 42);
    const compressed = bytes.readUInt16LE(at + 10) === 8;
    const size = bytes.readUInt32LE(at + 20);
    entries.push({
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      mode: (bytes.readUInt32LE(at + 38) >>> 16) & 0o777,
      read: () => {
        const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
        const data = bytes.subarray(start, start + size);
        return compressed ? inflateRawSync(data) : data;
      },
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

/** Writes entries under `folder`, as VS Code does when it installs an extension. */
export function unzip(entries: readonly ZipEntry[], folder: string): void {
  for (const { name, mode, read } of entries) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, read(), { mode: mode === 0 ? 0o644 : mode });
  }
}
