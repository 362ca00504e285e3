/** The line of a dataset file that a problem comes from. */
import { createReadStream } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../../engine/protocol/errors.ts';
import { splitLines } from '../../engine/process/lineSplitter.ts';

/** As many bytes as a dataset's line may have (data/formats/jsonl.ts). */
const MAX_LINE_BYTES = 16 * 1024 ** 2;

export interface DatasetLine {
  /** From 0. */
  readonly line: number;
  /** Whether the line still is what the run drew. */
  readonly unchanged: boolean;
}

/**
 * Where row `problem` of a JSONL file is now. Rows are its lines that are not blank. Where that row has changed, the line with what it
 * was is looked for, and else the place where it was is told.
 *
 * @param columns the row as the run drew it
 * Rejects with UserError where the file cannot be read, or has become too short.
 */
export async function findDatasetLine(
  path: string,
  problem: number,
  columns: Readonly<Record<string, unknown>>,
): Promise<DatasetLine> {
  // The experiment may have given columns a second name (dataset.columns), which the file has not.
  const isIt = (text: string): boolean => {
    const row = parseJson(text);
    return (
      typeof row === 'object' &&
      row !== null &&
      Object.keys(row).length > 0 &&
      Object.entries(row).every(([name, value]) => isDeepStrictEqual(value, columns[name]))
    );
  };
  const there = await findLine(path, (_, row) => row === problem);
  if (there !== null && isIt(there.text)) return { line: there.line, unchanged: true };
  const moved = await findLine(path, isIt);
  if (moved !== null) return { line: moved.line, unchanged: true };
  if (there !== null) return { line: there.line, unchanged: false };
  throw new UserError(`${path} has no row ${problem} any more: it was changed since the run.`);
}

interface FoundLine {
  readonly line: number;
  readonly text: string;
}

/** The first row for which `fits`; null where there is none. */
async function findLine(path: string, fits: (text: string, row: number) => boolean): Promise<FoundLine | null> {
  let found: FoundLine | null = null;
  let line = 0;
  let row = 0;
  const push = splitLines(MAX_LINE_BYTES, (text) => {
    if (found === null && text.trim() !== '') {
      if (fits(text, row)) found = { line, text };
      row++;
    }
    line++;
  });
  const wasFound = (): boolean => found !== null;
  try {
    for await (const chunk of createReadStream(path)) {
      if (Buffer.isBuffer(chunk)) push(chunk);
      if (wasFound()) return found;
    }
    // A last line without a line break.
    push(Buffer.from('\n'));
    return found;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`The dataset ${path} cannot be read (${reason}).`);
  }
}

function parseJson(text: string): unknown {
  try {
    // A byte order mark is no part of the first row.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
