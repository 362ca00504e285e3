/** Zip files as Ray unpacks them: the same bytes for the same files, whenever and wherever they are made, with entries in the order of their paths. */
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

export interface ZippedFile {
  /** With `/` between its parts. */
  readonly path: string;
  readonly contents: Buffer;
  readonly executable: boolean;
}

/** The first day that a zip file can say, in the time of whatever zone: no other time is written. */
const NO_TIME = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true };
/** A package is sent once and kept in memory: the fastest level is two thirds of the best one's gain. */
const LEVEL = 1;
const REGULAR = 0o100000;

export async function zipped(files: readonly ZippedFile[]): Promise<Buffer<ArrayBuffer>> {
  const zip = new ZipFile();
  for (const { path, contents, executable } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1)))
    zip.addBuffer(contents, path, {
      ...NO_TIME,
      mode: REGULAR | (executable ? 0o755 : 0o644),
      compressionLevel: LEVEL,
    });
  zip.end();
  return buffer(zip.outputStream);
}
