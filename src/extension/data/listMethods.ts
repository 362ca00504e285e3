/** The runs there are. */
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { runRecipe, type RunRecipe } from '../../engine/analysis/runRecipe.ts';
import { readLabel, type RunLabel } from '../../engine/run/label.ts';
import { DATABASE_FILE } from '../../engine/run/layout.ts';
import { describeRun, listRunFolders, summaryOf, type RunSummary, type UnreadableRun } from '../../engine/run/runs.ts';
import type { Readers } from './readers.ts';

export interface FoundRun extends RunSummary, RunRecipe {}

export type ListedRun = (FoundRun | UnreadableRun) & { readonly label: RunLabel };

export interface RunList {
  /** For the next question. */
  readonly version: string;
  /** In order; where a run is listed as it was in the list that was asked about, its folder alone. */
  readonly runs: readonly (ListedRun | string)[];
}

/** What was found of runs that have ended, which stays true while their database is the same file. */
const ended = new Map<string, { readonly stamp: string; readonly found: FoundRun | UnreadableRun }>();

interface Entry {
  readonly found: FoundRun | UnreadableRun;
  readonly label: RunLabel;
}

/** What the last answer listed, by folder. */
let last: { readonly version: string; readonly entries: ReadonlyMap<string, Entry> } = {
  version: '',
  entries: new Map(),
};

interface ListQuestion {
  readonly runsDirs: readonly string[];
  readonly runDirs: readonly string[];
  /** The version of the list that the asker has. */
  readonly since: string;
}

export const listMethods = {
  /** The runs in some directories, and single run folders, in that order; in a directory newest first. */
  listRuns: (_: Readers, { runsDirs, runDirs, since }: ListQuestion): RunList => {
    const entries = new Map<string, Entry>();
    const runs = [...runsDirs.flatMap(listRunFolders), ...runDirs].map((dir) => {
      const entry = { found: find(dir), label: readLabel(dir) };
      const was = last.entries.get(dir);
      entries.set(dir, entry);
      const isKnown = since === last.version && was !== undefined && isSame(was, entry);
      return isKnown ? dir : { ...entry.found, label: entry.label };
    });
    last = { version: randomUUID(), entries };
    return { version: last.version, runs };
  },
};

function isSame(one: Entry, other: Entry): boolean {
  const sameLabel = one.label.name === other.label.name && one.label.starred === other.label.starred;
  // A run that rests is the same object, of which nothing need be compared.
  return sameLabel && (one.found === other.found || JSON.stringify(one.found) === JSON.stringify(other.found));
}

function find(dir: string): FoundRun | UnreadableRun {
  const stamp = stampOf(dir);
  const known = ended.get(dir);
  if (known?.stamp === stamp) return known.found;
  const found = describeRun(dir, (reader) => ({ ...summaryOf(reader), ...runRecipe(reader) }));
  // A run that is written, or whose writer may have just died, is looked at again.
  if ('status' in found && found.status !== 'running') ended.set(dir, { stamp, found });
  else ended.delete(dir);
  return found;
}

/** Differs when the database was written; the log beside it is what a writer appends to first. */
export function stampOf(dir: string): string {
  return [DATABASE_FILE, `${DATABASE_FILE}-wal`]
    .map((file) => {
      const found = statSync(join(dir, file), { throwIfNoEntry: false });
      return found ? `${found.mtimeMs} ${found.size}` : '-';
    })
    .join(' ');
}
