/** Reads a VSIX, which is a zip file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { openPromise } from 'yauzl';

export interface ZipEntry {
  readonly name: string;
  /** POSIX permissions. */
  readonly mode: number;
  readonly contents: Buffer;
}

export async function readZip(path: string): Promise<ZipEntry[]> {
  const file = await openPromise(path, { autoClose: false, lazyEntries: true });
  try {
    const entries: ZipEntry[] = [];
    for await (const entry of file.eachEntry()) {
      const mode = (entry.externalFileAttributes >>> 16) & 0o777;
      entries.push({ name: entry.fileName, mode, contents: await buffer(await file.openReadStreamPromise(entry)) });
    }
    return entries;
  } finally {
    file.close();
  }
}

/** Writes entries under `folder`, as VS Code does when it installs an extension. */
export function unzip(entries: readonly ZipEntry[], folder: string): void {
  for (const { name, mode, contents } of entries) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contents, { mode: mode === 0 ? 0o644 : mode });
  }
}
