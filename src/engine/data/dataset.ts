/** Datasets: what one file or several files of one source hold. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { UserError } from '../protocol/errors.ts';
import { MAX_FILE_BYTES, parseRows } from './formats/format.ts';
import { reasonOf } from './formats/text.ts';
import type { DatasetRow } from './row.ts';

export interface Dataset {
  /** As errors and displays call it. */
  readonly name: string;
  /** Of the file's bytes, in hexadecimal; of several files one over theirs, in order. */
  readonly sha256: string;
  readonly rows: readonly DatasetRow[];
}

/** A file to read. */
export interface DatasetFile {
  readonly path: string;
  /** As errors shall call it; by its end its format is known. */
  readonly name: string;
}

/**
 * Reads a dataset, whose rows are numbered through all of its files.
 * @throws UserError where a file cannot be read, breaks a limit, is not what its name says, or holds no row
 */
export async function readDataset(name: string, files: readonly DatasetFile[]): Promise<Dataset> {
  const hashes: string[] = [];
  const rows: DatasetRow[] = [];
  for (const file of files) {
    const bytes = await readBytes(file);
    hashes.push(createHash('sha256').update(bytes).digest('hex'));
    const first = rows.length;
    for (const row of await parseRows(bytes, file.name))
      rows.push(first === 0 ? row : { ...row, row: first + row.row });
  }
  return { name, sha256: combinedHash(hashes), rows };
}

/** One of them is itself. */
export function combinedHash(hashes: readonly string[]): string {
  const [only] = hashes;
  if (only !== undefined && hashes.length === 1) return only;
  return createHash('sha256').update(hashes.join('\n')).digest('hex');
}

async function readBytes({ path, name }: DatasetFile): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size <= MAX_FILE_BYTES) return await readFile(path);
  } catch (error) {
    throw new UserError(
      `The dataset ${name} cannot be read (${reasonOf(error)}). Paths are relative to the experiment file.`,
    );
  }
  throw new UserError(`The dataset ${name} is larger than ${MAX_FILE_BYTES} bytes. Split it and train on a part.`);
}
