/** A first look at a dataset, for a new experiment: its columns, which of them is which, and about how many rows there are. */
import { open } from 'node:fs/promises';
import { UserError } from '../../engine/protocol/errors.ts';

/** Enough for some rows of any dataset, and read at once. */
const PEEK_BYTES = 256 * 1024;
/** Rows that differ in their columns differ early. */
const PEEK_ROWS = 20;

/** Where datasets keep the question, the usual names first. */
const QUESTION_COLUMNS = ['question', 'prompt', 'problem', 'instruction', 'query', 'input', 'text'];
/** And the reference answer. */
const ANSWER_COLUMNS = ['answer', 'solution', 'final_answer', 'ground_truth', 'target', 'label', 'output', 'response'];

export interface DatasetPeek {
  /** In the order of the rows looked at. */
  readonly columns: readonly string[];
  /** The column with the question; null where no name says so. */
  readonly question: string | null;
  readonly answer: string | null;
  /** Guessed from the file's size, unless the file is small. */
  readonly rows: number;
}

/** @throws UserError where the file cannot be read, or its beginning is not JSONL */
export async function peekDataset(path: string): Promise<DatasetPeek> {
  const file = await open(path).catch((error: unknown) => {
    throw new UserError(`${path} cannot be read (${error instanceof Error ? error.message : String(error)}).`);
  });
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, PEEK_BYTES)), 0, undefined, 0);
    return peekText(buffer.subarray(0, bytesRead).toString('utf8'), size, path);
  } finally {
    await file.close();
  }
}

/**
 * @param head the beginning of the file, or all of it
 * @param size bytes of the whole file
 */
export function peekText(head: string, size: number, path: string): DatasetPeek {
  const isWhole = Buffer.byteLength(head) >= size;
  const lines = head.replace(/^\uFEFF/, '').split('\n');
  // The last line may have been cut.
  const whole = (isWhole ? lines : lines.slice(0, -1)).filter((line) => line.trim() !== '');
  if (whole.length === 0)
    throw new UserError(`${path} has no rows; a dataset has one JSON object per line, such as {"question": "..."}.`);
  const columns = [...new Set(whole.slice(0, PEEK_ROWS).flatMap((line) => Object.keys(rowOf(line, path))))];
  const bytes = whole.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  return {
    columns,
    question: known(QUESTION_COLUMNS, columns),
    answer: known(ANSWER_COLUMNS, columns),
    rows: isWhole ? whole.length : Math.max(1, Math.round((size / bytes) * whole.length)),
  };
}

function rowOf(line: string, path: string): object {
  try {
    const row: unknown = JSON.parse(line);
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row;
  } catch {
    // Said below, for both.
  }
  throw new UserError(`${path} is not JSONL: each line must be one whole JSON object, such as {"question": "..."}.`);
}

/** The column of a usual name, however it is capitalised. */
function known(names: readonly string[], columns: readonly string[]): string | null {
  for (const name of names) {
    const found = columns.find((column) => column.toLowerCase() === name);
    if (found !== undefined) return found;
  }
  return null;
}
