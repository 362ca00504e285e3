/**
 * Reward code that took the place of other code in the middle of a run. What the run began with is in its manifest; each change is a row
 * here for each reward that it concerns, and its sources are kept beside those of the beginning.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { RewardVersion } from '../protocol/run.ts';
import { syncFolder, syncTree, temporaryName } from './durable.ts';
import { integer, text } from './rows.ts';
import { hasAddition, requireAddition } from './schema.ts';

/**
 * The changes in the order of their steps, hidden ones too: a run that has gone back behind a change makes it again when it comes to
 * its step.
 */
export function readRewardVersions(db: DatabaseSync): RewardVersion[] {
  if (!hasAddition(db, 'rewardVersions')) return [];
  const rows = db
    .prepare('SELECT from_step, reward, hash, entry FROM reward_versions ORDER BY from_step, reward')
    .all();
  return rows.map((row) => ({
    fromStep: integer(row, 'from_step'),
    reward: text(row, 'reward'),
    hash: text(row, 'hash'),
    entry: text(row, 'entry'),
  }));
}

/** Makes `versions`, all of `fromStep`, the changes from that step on; the caller commits. */
export function replaceRewardVersions(db: DatabaseSync, fromStep: number, versions: readonly RewardVersion[]): void {
  requireAddition(db, 'rewardVersions');
  db.prepare('DELETE FROM reward_versions WHERE from_step >= ?').run(fromStep);
  const insert = db.prepare('INSERT INTO reward_versions (from_step, reward, hash, entry) VALUES (?, ?, ?, ?)');
  for (const { reward, hash, entry } of versions) insert.run(fromStep, reward, hash, entry);
}

/**
 * Puts a folder of files into the run, whole or not at all. One that is there already is left as it is: its name says what is in it.
 * @param folder path under the run
 * @param files contents by path in the folder
 */
export function keepFolder(runDir: string, folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  const final = join(runDir, folder);
  if (existsSync(final)) return;
  const temporary = temporaryName(final);
  try {
    rmSync(temporary, { recursive: true, force: true });
    mkdirSync(temporary, { recursive: true });
    for (const [path, contents] of files) {
      mkdirSync(dirname(join(temporary, path)), { recursive: true });
      writeFileSync(join(temporary, path), contents, { flag: 'wx' });
    }
    syncTree(temporary);
    renameSync(temporary, final);
    syncFolder(dirname(final));
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}
