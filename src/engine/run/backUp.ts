/** A copy of a run as another version of the engine left it, made before this one goes on with it. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { NEWEST_RUN_FORMAT, type RunManifest } from '../protocol/run.ts';
import { ENGINE_VERSION } from '../protocol/version.ts';
import { syncFolder, temporaryName } from './durable.ts';
import { backUpFile } from './layout.ts';
import { formatOf } from './schema.ts';

/**
 * Keeps the database beside itself where this engine may bring the run to a format that the engine which began it does not read. Done
 * once; a later opening leaves the copy as it is. Costs nothing where versions are equal.
 */
export function backUpOlder(
  db: DatabaseSync,
  dir: string,
  { engineVersion }: Pick<RunManifest, 'engineVersion'>,
): void {
  const format = formatOf(db);
  if (engineVersion === ENGINE_VERSION || format >= NEWEST_RUN_FORMAT) return;
  const path = join(dir, backUpFile(format));
  if (existsSync(path)) return;
  const temporary = temporaryName(path);
  rmSync(temporary, { force: true });
  try {
    // One file, whatever lies in the journal, written and synced by SQLite.
    db.prepare('VACUUM INTO ?').run(temporary);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dir);
}
