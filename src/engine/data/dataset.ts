/** Datasets: what one file or several files of one source hold. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { UserError } from '../protocol/errors.ts';
import { MAX_FILE_BYTES, parseRows } from './formats/format.ts';
import { reasonOf } from './formats/text.ts';
import { MAX_ROWS, type DatasetRow } from './row.ts';

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
 * @param maxRows of all files together
 * @throws UserError where a file cannot be read, is not what its name says, or holds no row, and where one or all break a limit
 */
export async function readDataset(name: string, files: readonly DatasetFile[], maxRows = MAX_ROWS): Promise<Dataset> {
  await checkSizes(name, files);
  const hashes: string[] = [];
  const rows: DatasetRow[] = [];
  for (const file of files) {
    const bytes = await readable(file, (path) => readFile(path));
    hashes.push(createHash('sha256').update(bytes).digest('hex'));
    const first = rows.length;
    for (const row of await parseRows(bytes, file.name))
      rows.push(first === 0 ? row : { ...row, row: first + row.row });
    if (rows.length > maxRows) throw new UserError(tooMuch(name, `${maxRows} rows`));
  }
  return { name, sha256: combinedHash(hashes), rows };
}

/** One of them is itself. */
export function combinedHash(hashes: readonly string[]): string {
  const [only] = hashes;
  if (only !== undefined && hashes.length === 1) return only;
  return createHash('sha256').update(hashes.join('\n')).digest('hex');
}

/** Before the first is read, which takes a while. */
async function checkSizes(name: string, files: readonly DatasetFile[]): Promise<void> {
  let total = 0;
  for (const file of files) {
    const { size } = await readable(file, (path) => stat(path));
    if (size > MAX_FILE_BYTES)
      throw new UserError(
        `The dataset ${file.name} is larger than ${MAX_FILE_BYTES} bytes. Split it and train on a part.`,
      );
    total += size;
  }
  if (total > MAX_FILE_BYTES) throw new UserError(tooMuch(name, `${MAX_FILE_BYTES} bytes`));
}

function tooMuch(name: string, limit: string): string {
  return `The dataset ${name} has more than ${limit} in its files. Name fewer of them.`;
}

async function readable<T>({ path, name }: DatasetFile, read: (path: string) => Promise<T>): Promise<T> {
  try {
    return await read(path);
  } catch (error) {
    throw new UserError(
      `The dataset ${name} cannot be read (${reasonOf(error)}). Paths are relative to the experiment file.`,
    );
  }
}
