/** Writes the folder of a run that goes on as lines, each time what changed since. */
import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { deflateRawSync } from 'node:zlib';
import { makeWorkFolder, removeWorkFolder } from '../../process/workFolder.ts';
import { BLOCK_BYTES, printRunLine, type FolderLine } from '../../protocol/runLines.ts';
import { entries } from '../durable.ts';
import { errorCode } from '../errors.ts';
import { DATABASE_FILE, type SavedKind } from '../layout.ts';

/** Blocks of one line: its text stays below what Ray passes on at once, whatever is in them. */
const BLOCKS_OF_LINE = 48;

/** A larger one stays there: a log is no place for the weights of a large model. */
export const MAX_MIRRORED_BYTES = 256 * 1024 * 1024;

/** Written by who is there and of no use elsewhere; SQLite's own; what is not whole yet. */
const NOT_MIRRORED = /^(?:run\.lock|job\.json|run\.sqlite-.*|.*\.tmp-.*)$/;

/** What only a run that goes on in the same place needs: two new ones at each step. */
const STATE: SavedKind = 'state';

interface Mirrored {
  /** By its number, a digest of each block as it was sent. */
  readonly blocks: string[];
  /** Of the file, by which one that did not change is passed over. */
  readonly mark: string;
}

/** A union's members without their numbers. */
type Unnumbered<Line> = Line extends FolderLine ? Omit<Line, 'line'> : never;

export class RunLineWriter {
  readonly #dir: string;
  readonly #write: (text: string) => void;
  readonly #work = makeWorkFolder('rlvr-mirror-');
  readonly #sent = new Map<string, Mirrored>();
  #line = 0;

  /** @param dir of a run */
  constructor(dir: string, write: (text: string) => void) {
    this.#dir = dir;
    this.#write = write;
    this.#say({ kind: 'run', id: basename(dir) });
  }

  /** Writes what changed. Resolves with the files that are too large. @param last when the run is over: what a later one would need, too */
  async look(last: boolean): Promise<readonly string[]> {
    const before = this.#line;
    const tooLarge: string[] = [];
    const there = new Set<string>();
    for (const path of this.#paths(last)) {
      there.add(path);
      if (path === DATABASE_FILE) continue;
      try {
        if (!this.#sendFile(path, join(this.#dir, path))) tooLarge.push(path);
      } catch (error) {
        // The run goes on meanwhile: what was removed is told of the next time.
        if (errorCode(error) !== 'ENOENT') throw error;
      }
    }
    for (const path of this.#sent.keys()) {
      if (there.has(path)) continue;
      this.#sent.delete(path);
      this.#say({ kind: 'gone', path });
    }
    // Last, for what is in it names the others.
    await this.#sendDatabase();
    if (this.#line > before) this.#say({ kind: 'whole' });
    return tooLarge;
  }

  close(): void {
    removeWorkFolder(this.#work);
  }

  #paths(last: boolean): string[] {
    const all = [...pathsIn(this.#dir, '')];
    return last ? all : all.filter((path) => !path.startsWith(`${STATE}/`));
  }

  /** As it is between two steps, with nothing of it in a journal beside it. */
  async #sendDatabase(): Promise<void> {
    const copy = join(this.#work, DATABASE_FILE);
    rmSync(copy, { force: true });
    const db = new DatabaseSync(join(this.#dir, DATABASE_FILE), { readOnly: true });
    try {
      await backup(db, copy);
    } finally {
      db.close();
    }
    const copied = new DatabaseSync(copy);
    copied.exec('PRAGMA journal_mode = DELETE;');
    copied.close();
    this.#sendFile(DATABASE_FILE, copy);
  }

  /** @returns whether it is one that travels */
  #sendFile(path: string, file: string): boolean {
    const { size, mtimeMs, ino } = lstatSync(file);
    if (size > MAX_MIRRORED_BYTES && path !== DATABASE_FILE) return false;
    const mark = `${size} ${mtimeMs} ${ino}`;
    const before = this.#sent.get(path);
    if (before?.mark === mark && path !== DATABASE_FILE) return true;
    const blocks: string[] = [];
    const whole = createHash('sha256');
    let numbers: number[] = [];
    let pieces: Uint8Array[] = [];
    let bytes = 0;
    const saidBefore = this.#line;
    const flush = (): void => {
      if (numbers.length === 0) return;
      const data = deflateRawSync(Buffer.concat(pieces)).toString('base64');
      this.#say({ kind: 'blocks', path, blocks: numbers, data });
      [numbers, pieces] = [[], []];
    };
    for (const block of blocksOf(file, size)) {
      whole.update(block);
      bytes += block.byteLength;
      const number = blocks.push(createHash('sha256').update(block).digest('base64')) - 1;
      if (before?.blocks[number] === blocks[number]) continue;
      numbers.push(number);
      pieces.push(block);
      if (numbers.length === BLOCKS_OF_LINE) flush();
    }
    flush();
    this.#sent.set(path, { blocks, mark });
    if (this.#line > saidBefore || before?.blocks.length !== blocks.length)
      this.#say({ kind: 'file', path, bytes, sha256: whole.digest('hex') });
    return true;
  }

  #say(what: Unnumbered<FolderLine>): void {
    this.#line++;
    this.#write(printRunLine({ ...what, line: this.#line }));
  }
}

/** Of the files in a folder, which may be removed meanwhile. @param folder path in `dir`, with a `/` behind it */
function* pathsIn(dir: string, folder: string): Generator<string> {
  for (const name of entries(join(dir, folder)).sort()) {
    if (NOT_MIRRORED.test(name)) continue;
    const path = `${folder}${name}`;
    const stats = lstatSync(join(dir, path), { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) yield* pathsIn(dir, `${path}/`);
    else if (stats?.isFile() === true) yield path;
  }
}

/** @param size a file that grows meanwhile is sent again the next time */
function* blocksOf(file: string, size: number): Generator<Uint8Array> {
  const opened = openSync(file, 'r');
  try {
    for (let offset = 0; offset < size; offset += BLOCK_BYTES) {
      const block = Buffer.alloc(Math.min(BLOCK_BYTES, size - offset));
      if (readSync(opened, block, 0, block.byteLength, offset) < block.byteLength) return;
      yield block;
    }
  } finally {
    closeSync(opened);
  }
}
