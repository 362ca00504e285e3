/** Makes an ordinary run folder of the lines that `RunLineWriter` wrote elsewhere, as they come. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { inflateRawSync } from 'node:zlib';
import { makeWorkFolder, removeWorkFolder } from '../../process/workFolder.ts';
import { UserError } from '../../protocol/errors.ts';
import type { RunManifest } from '../../protocol/run.ts';
import type { SweepMembership } from '../../protocol/sweep/membership.ts';
import { BLOCK_BYTES, type FolderLine } from '../../protocol/runLines.ts';
import { temporaryName } from '../durable.ts';
import { writeFailure } from '../errors.ts';
import { DATABASE_FILE } from '../layout.ts';
import { takeLock, type FileLock } from '../lock.ts';
import { parseManifest } from '../manifest.ts';
import { text } from '../rows.ts';
import { MAX_MIRRORED_BYTES } from './runLines.ts';

/** A run of so many completions does not come through a log. */
const MAX_DATABASE_BYTES = 4 * 1024 ** 3;

/** What is otherwise on this machine than where the run is computed. */
export interface Places {
  /** Absolute. */
  readonly experimentPath: string;
  /** null where this machine does not have the model. */
  readonly modelPath: string | null;
}

export interface MirrorOptions extends Places {
  /** Absolute. */
  readonly runsDir: string;
  readonly sweep?: SweepMembership | undefined;
  /** Of a run that is here already, the newest of the lines that are in it. */
  readonly applied: number;
}

export class MirroredRun {
  readonly #options: MirrorOptions;
  readonly #work = makeWorkFolder('rlvr-mirrored-');
  /** Those that changed since the last state; null for one that is gone. */
  readonly #changed = new Map<string, string | null>();
  #begun: string | null = null;
  #lock: FileLock | null = null;
  #line = 0;
  #applied: number;
  #modelThere = '';

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#applied = options.applied;
  }

  /** The run's folder; null until its first state is here. */
  get dir(): string | null {
    return this.#lock === null ? null : this.#begun;
  }

  /** The newest line whose state is in the run's folder. */
  get applied(): number {
    return this.#applied;
  }

  /**
   * Takes the next line. Resolves with whether the run's folder shows a new state.
   * Rejects where it does not follow from those before, UserError where the run cannot be written.
   */
  async take(runLine: FolderLine): Promise<boolean> {
    if (runLine.line !== this.#line + 1) throw new Error(`line ${runLine.line} after line ${this.#line}`);
    this.#line = runLine.line;
    switch (runLine.kind) {
      case 'run':
        this.#begun = join(this.#options.runsDir, runLine.id);
        return false;
      case 'blocks':
        this.#put(runLine.path, runLine.blocks, runLine.data);
        return false;
      case 'file':
        this.#finish(runLine.path, runLine.bytes, runLine.sha256);
        this.#changed.set(runLine.path, this.#staged(runLine.path));
        return false;
      case 'gone':
        rmSync(this.#staged(runLine.path), { force: true });
        this.#changed.set(runLine.path, null);
        return false;
      case 'whole':
        return this.#apply();
    }
  }

  close(): void {
    this.#lock?.release();
    removeWorkFolder(this.#work);
  }

  #staged(path: string): string {
    return join(this.#work, ...path.split('/'));
  }

  #put(path: string, blocks: readonly number[], data: string): void {
    const bytes = inflateRawSync(Buffer.from(data, 'base64'), { maxOutputLength: blocks.length * BLOCK_BYTES });
    const limit = path === DATABASE_FILE ? MAX_DATABASE_BYTES : MAX_MIRRORED_BYTES;
    const file = this.#staged(path);
    mkdirSync(dirname(file), { recursive: true });
    const opened = openSync(file, existsSync(file) ? 'r+' : 'w');
    try {
      for (const [index, number] of blocks.entries()) {
        if ((number + 1) * BLOCK_BYTES > limit + BLOCK_BYTES) throw new Error(`${path} is too large`);
        writeSync(opened, bytes, index * BLOCK_BYTES, blockLength(bytes, index), number * BLOCK_BYTES);
      }
    } finally {
      closeSync(opened);
    }
  }

  #finish(path: string, bytes: number, sha256: string): void {
    const file = this.#staged(path);
    mkdirSync(dirname(file), { recursive: true });
    const opened = openSync(file, existsSync(file) ? 'r+' : 'w');
    try {
      if (bytes > statSync(file).size) throw new Error(`${path} is not whole`);
      ftruncateSync(opened, bytes);
    } finally {
      closeSync(opened);
    }
    if (createHash('sha256').update(readFileSync(file)).digest('hex') !== sha256)
      throw new Error(`${path} is not what was sent`);
  }

  /** What is in the run's folder already, of a job that is followed again, is put there once more only when something newer is. */
  async #apply(): Promise<boolean> {
    const dir = this.#begun;
    if (dir === null) throw new Error('a state of no run');
    if (this.#line <= this.#applied) return false;
    try {
      mkdirSync(dir, { recursive: true });
      this.#lock ??= takeLock(dir);
      if (this.#lock === null)
        throw new UserError(`Run ${dir} is being written by another process, which follows the job already.`);
      const database = this.#localDatabase();
      for (const [path, file] of this.#changed) {
        if (path === DATABASE_FILE) continue;
        const isAdapter = file !== null && basename(path) === ADAPTER_CONFIG;
        replace(join(dir, path), isAdapter ? this.#localAdapter(file) : file);
      }
      await publish(database, join(dir, DATABASE_FILE));
    } catch (error) {
      throw writeFailure(error, dir, 'what the job sent was not written');
    }
    this.#changed.clear();
    this.#applied = this.#line;
    return true;
  }

  /** A copy of the run's database whose manifest names the places of this machine. */
  #localDatabase(): string {
    const copy = join(this.#work, 'local.sqlite');
    copyFileSync(this.#staged(DATABASE_FILE), copy);
    const db = new DatabaseSync(copy);
    try {
      db.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;');
      const manifest = parseManifest(text(db.prepare('SELECT manifest FROM run').get() ?? {}, 'manifest'));
      const { experimentPath, modelPath, sweep } = this.#options;
      this.#modelThere = manifest.modelPath;
      const local: RunManifest = {
        ...manifest,
        experimentPath,
        modelPath: modelPath ?? manifest.modelPath,
        ...(sweep === undefined ? {} : { sweep }),
      };
      db.prepare('UPDATE run SET manifest = ?').run(JSON.stringify(local));
    } finally {
      db.close();
    }
    return copy;
  }

  /** A copy of an adapter's configuration, which names the folder of its model. */
  #localAdapter(file: string): string {
    const { modelPath } = this.#options;
    const copy = join(this.#work, 'local.json');
    const config = readFileSync(file, 'utf8');
    const [there, here] = [this.#modelThere, modelPath ?? this.#modelThere].map((path) => JSON.stringify(path));
    writeFileSync(
      copy,
      config.replaceAll(there ?? '', () => here ?? ''),
    );
    return copy;
  }
}

const ADAPTER_CONFIG = 'adapter_config.json';

/** In one transaction of SQLite's, so that who reads the run sees one state or the other. */
async function publish(database: string, target: string): Promise<void> {
  if (!existsSync(target)) {
    replace(target, database);
    return;
  }
  const db = new DatabaseSync(database, { readOnly: true });
  try {
    await backup(db, target);
  } finally {
    db.close();
  }
}

/** Of deflated blocks all are whole but one, the last of its file. */
function blockLength(bytes: Uint8Array, index: number): number {
  return Math.max(0, Math.min(BLOCK_BYTES, bytes.byteLength - index * BLOCK_BYTES));
}

/** Whole or absent. @param file null removes it */
function replace(target: string, file: string | null): void {
  if (file === null) {
    rmSync(target, { force: true });
    return;
  }
  mkdirSync(dirname(target), { recursive: true });
  const temporary = temporaryName(target);
  copyFileSync(file, temporary);
  renameSync(temporary, target);
}
