/** Where the programs of the engine's children are. */
import { cpSync, existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../protocol/errors.ts';

/**
 * `compute` and `parquet` run our code: structured-clone IPC. The graders run the user's: JSON lines with a size limit, no secrets in their environment.
 * That of code in Python, and the driver of a Ray cluster, are run by a Python of the user's.
 */
export type ChildEntry = 'compute' | 'parquet' | 'grader' | 'pythonGrader' | 'rayDriver';

/** Beside this module in a bundle; the extension says of a copy that it is a module, for no package.json does so there. */
const DOORS: Readonly<Record<ChildEntry, { readonly source: string; readonly bundle: string; readonly copy: string }>> =
  {
    compute: { source: '../compute.ts', bundle: './compute.js', copy: 'compute.mjs' },
    parquet: { source: '../parquet.ts', bundle: './parquet.js', copy: 'parquet.mjs' },
    grader: { source: '../grader.ts', bundle: './grader.js', copy: 'grader.mjs' },
    // A folder: Python runs the __main__.py in it.
    pythonGrader: { source: '../reward/python/grader', bundle: './pythonGrader', copy: 'pythonGrader' },
    rayDriver: { source: '../cluster/python/rlvr_ray.py', bundle: './rlvr_ray.py', copy: 'rlvr_ray.py' },
  };

const GONE =
  'RLVR-Ops was updated or removed while this run was under way, and what it needs to go on by itself went with it. Resume the run: it goes on with the version that is installed now.';

/** Copies that are used in place of the engine's own files. */
const kept = new Map<ChildEntry, string>();

/**
 * Links are followed, for a process may be permitted to read the file by its own name only.
 * @throws UserError where it is gone: an update of the extension deletes what an engine that is still there came from
 */
export function doorPath(entry: ChildEntry): string {
  const { source, bundle } = DOORS[entry];
  const path = kept.get(entry) ?? fileURLToPath(new URL(isSource() ? source : bundle, import.meta.url));
  if (!existsSync(path)) throw new UserError(GONE);
  return realpathSync(path);
}

/** What a process must be able to read to run a door: in a bundle itself, in source the checkout. */
export function doorFiles(entry: ChildEntry): string[] {
  const door = doorPath(entry);
  return [isSource() ? join(dirname(door), '../..') : door];
}

/**
 * Copies a door into `folder`, from where it is started from now on: an engine outlives an update of the extension, which deletes the
 * files it came from. In a bundle a door is a single file, or a folder that is whole; in source there is nothing that could be copied, and nobody updates it.
 */
export function keepDoor(entry: ChildEntry, folder: string): void {
  if (isSource()) return;
  const copy = join(folder, DOORS[entry].copy);
  cpSync(doorPath(entry), copy, { recursive: true });
  kept.set(entry, copy);
}

function isSource(): boolean {
  return import.meta.url.endsWith('/process/doors.ts');
}
