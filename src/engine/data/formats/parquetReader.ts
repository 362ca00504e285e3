/**
 * Reads Parquet files in a process of its own, with a limit on its time. In this format a few bytes say how often a value is repeated, how
 * many there are and where they lie, and the library that decodes it takes them at their word: with one of them damaged it may loop
 * without end or fill the memory, and in its own thread nothing could stop it.
 */
import { UserError } from '../../protocol/errors.ts';
import { startChild, type ChildHandle } from '../../process/startChild.ts';
import type { DatasetRow } from '../row.ts';
import { damagedParquet, parseParquetReply, type ParquetRequest } from './parquetMessages.ts';

/** What a file of any size may take: a small one needs some milliseconds. */
const LEAST_TIME_MS = 20_000;
/** Bytes of the file for which a millisecond more is given: a slow machine decodes ten times as many. */
const BYTES_PER_MS = 500;

interface Reading {
  readonly file: string;
  readonly limitMs: number;
  /** null until the process, which may take a while to start, is at work. */
  timer: NodeJS.Timeout | null;
  readonly rows: DatasetRow[];
  readonly resolve: (rows: readonly DatasetRow[]) => void;
  readonly reject: (reason: unknown) => void;
}

/** Reads one file after the other in the same process; after one that ended it, in the next. */
export class ParquetReader {
  readonly #leastTimeMs: number;
  #child: ChildHandle | null = null;
  #reading: Reading | null = null;

  /** @param leastTimeMs milliseconds that a file of any size may take */
  constructor(leastTimeMs = LEAST_TIME_MS) {
    this.#leastTimeMs = leastTimeMs;
  }

  /**
   * Call it again when the last one is through.
   * @param file as errors shall call it
   * @throws UserError where it is no Parquet, is damaged, breaks a limit or has no row
   */
  read(bytes: Uint8Array, file: string): Promise<readonly DatasetRow[]> {
    const limitMs = this.#leastTimeMs + Math.ceil(bytes.byteLength / BYTES_PER_MS);
    const child = (this.#child ??= this.#start());
    return new Promise((resolve, reject) => {
      this.#reading = { file, limitMs, timer: null, rows: [], resolve, reject };
      child.send({ file, bytes } satisfies ParquetRequest);
    });
  }

  /** Ends the process. */
  close(): void {
    this.#child?.kill();
    this.#child = null;
  }

  #start(): ChildHandle {
    // It is given the bytes, and needs nothing else of the machine.
    const child = startChild('parquet', { permissions: { readable: [], writable: [] } });
    child.onMessage((message) => {
      if (child === this.#child) this.#receive(message);
    });
    child.onExit(() => {
      if (child !== this.#child) return;
      this.#child = null;
      this.#fail('reading it crashed, or took more memory than there is for it');
    });
    return child;
  }

  #receive(message: unknown): void {
    const reply = parseParquetReply(message);
    const reading = this.#reading;
    if (reading === null) return;
    const { file, rows, limitMs } = reading;
    if (reply.kind === 'begun') reading.timer = setTimeout(() => this.#giveUp(limitMs), limitMs);
    else if (reply.kind === 'rows')
      for (const columns of reply.rows) rows.push({ file, row: rows.length, line: null, columns });
    else if (reply.kind === 'end') this.#settle()?.resolve(rows);
    else this.#settle()?.reject(new UserError(reply.message));
  }

  #giveUp(limitMs: number): void {
    this.close();
    this.#fail(`it was not read after ${Math.round(limitMs / 1000)} seconds`);
  }

  #fail(why: string): void {
    const reading = this.#settle();
    reading?.reject(new UserError(damagedParquet(reading.file, why)));
  }

  #settle(): Reading | null {
    const reading = this.#reading;
    this.#reading = null;
    clearTimeout(reading?.timer ?? undefined);
    return reading;
  }
}

/** One file, see `ParquetReader.read`. */
export async function parseParquet(bytes: Uint8Array, file: string): Promise<readonly DatasetRow[]> {
  const reader = new ParquetReader();
  try {
    return await reader.read(bytes, file);
  } finally {
    reader.close();
  }
}
