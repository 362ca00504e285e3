/** Makes the folder of a run: under another name first, so that it is there whole or not at all. */
import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserError } from '../protocol/errors.ts';
import type { Experiment } from '../protocol/experiment.ts';
import type { RunManifest } from '../protocol/run.ts';
import { entries, syncFolder, syncTree, temporaryName } from './durable.ts';
import { writeFailure } from './errors.ts';
import { DATABASE_FILE, EXPERIMENT_FILE } from './layout.ts';
import { createSchema } from './schema.ts';

/**
 * @param dir must not exist, or be empty; the folders above it are made
 * @param files more to put in, by path under the run: `code.diff`, `rewards/reward.ts`
 * @throws UserError where the folder is taken; DiskFullError
 */
export function makeRun(
  dir: string,
  manifest: RunManifest,
  experiment: Experiment,
  files: Readonly<Record<string, string | Uint8Array>>,
): void {
  if (entries(dir).length > 0)
    throw new UserError(`${dir} exists already and is not empty; a run needs a folder of its own.`);
  const temporary = temporaryName(dir);
  try {
    rmSync(temporary, { recursive: true, force: true });
    mkdirSync(temporary, { recursive: true });
    const all = { ...files, [EXPERIMENT_FILE]: `${JSON.stringify(experiment, null, 2)}\n` };
    for (const [path, contents] of Object.entries(all)) {
      mkdirSync(dirname(join(temporary, path)), { recursive: true });
      writeFileSync(join(temporary, path), contents, { flag: 'wx' });
    }
    createDatabase(join(temporary, DATABASE_FILE), manifest);
    syncTree(temporary);
    // Windows renames to no existing name, not even an empty folder's.
    if (existsSync(dir)) rmdirSync(dir);
    renameSync(temporary, dir);
    syncFolder(dirname(dir));
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw writeFailure(error, dir, 'the run was not made');
  }
}

function createDatabase(path: string, manifest: RunManifest): void {
  const db = new DatabaseSync(path);
  try {
    db.exec('BEGIN');
    createSchema(db);
    db.prepare(`INSERT INTO run (id, manifest, status) VALUES (1, ?, 'running')`).run(JSON.stringify(manifest));
    db.exec('COMMIT');
  } finally {
    db.close();
  }
}
