/** A place of its own for a soak: everything it starts and writes lies in it, so what is left over can be found. */
import { execFileSync } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, realpathSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Room {
  readonly folder: string;
  /** A copy of the demo, whose reward file is edited. */
  readonly project: string;
  /** Sessions of engines, as a window has them. */
  readonly sessionsDir: string;
  /** The temporary folder of all processes. */
  readonly temporary: string;
  readonly disk: SmallDisk;
  remove(): void;
}

const DEMO = join(import.meta.dirname, '../../examples/demo');

/** Makes the room, and everything in this process and its children have their temporary files in it. */
export function openRoom(): Room {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rlvr-soak-')));
  const [project, sessionsDir, temporary, disk] = ['demo', 'engines', 'tmp', 'disk'].map((name) => join(folder, name));
  if (!project || !sessionsDir || !temporary || !disk) throw new Error('four names give four folders');
  cpSync(DEMO, project, { recursive: true });
  for (const made of [sessionsDir, temporary, disk]) mkdirSync(made);
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) process.env[name] = temporary;
  // Engines of other windows of this user are not met.
  process.env['XDG_RUNTIME_DIR'] = folder;
  const smallDisk = SmallDisk.mount(disk);
  return {
    folder,
    project,
    sessionsDir,
    temporary,
    disk: smallDisk,
    remove: () => {
      smallDisk.unmount();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Bytes: a run of the demo, several times over. */
const DISK_SIZE = 400 * 1024 * 1024;
const BLOCK = 1024 * 1024;

/** The file system that runs are written to. It can be filled where this user may mount one of its own. */
export class SmallDisk {
  readonly folder: string;
  /** Why it cannot be filled; null where it can. */
  readonly boundless: string | null;

  private constructor(folder: string, boundless: string | null) {
    this.folder = folder;
    this.boundless = boundless;
  }

  static mount(folder: string): SmallDisk {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_SIZE}`, 'tmpfs', folder], { stdio: 'pipe' });
      return new SmallDisk(folder, null);
    } catch {
      return new SmallDisk(folder, 'only root can mount a file system to be filled');
    }
  }

  unmount(): void {
    if (this.boundless === null) execFileSync('umount', ['--lazy', this.folder]);
  }

  /** Takes all the room that is left. */
  fill(): void {
    const file = openSync(this.#filler, 'w');
    try {
      const block = Buffer.alloc(BLOCK, 1);
      for (;;) writeSync(file, block);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    } finally {
      closeSync(file);
    }
  }

  /** Gives it back. */
  free(): void {
    rmSync(this.#filler, { force: true });
  }

  get #filler(): string {
    return join(this.folder, 'filler');
  }
}
