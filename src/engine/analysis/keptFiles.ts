/**
 * The files that a run keeps of what it was made from, for reading: the experiment, the reward sources, the difference to the commit, the forecast.
 * A run folder may come from anywhere, so nothing in it can make this read a file outside of it.
 */
import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';
import { UserError } from '../protocol/errors.ts';
import { CODE_DIFF_FILE, EXPERIMENT_FILE, FORECAST_FILE, REWARDS_FOLDER } from '../run/layout.ts';

/** Which of the kept files is the entry of which reward file of the experiment. */
export const REWARD_ENTRIES_FILE = `${REWARDS_FOLDER}/entries.json`;
const entriesSchema = z.record(z.string(), z.string());

/** Above what a run writes of itself: a difference is kept up to 16 MiB. */
const MAX_BYTES = 32 * 2 ** 20;

/**
 * The text of a kept file; null where the run has none at that path.
 * @param path under the run, with `/`: `experiment.json`, `code.diff`, `forecast.json`, or a file in `rewards/`
 * @throws UserError for any other path, one that leads out of the run, and a file that is too large
 */
export function readKeptFile(runDir: string, path: string): string | null {
  const kept = [EXPERIMENT_FILE, CODE_DIFF_FILE, FORECAST_FILE].includes(path) || path.startsWith(`${REWARDS_FOLDER}/`);
  if (!kept || !isPlainPath(path)) throw new UserError(`${path} is none of the files that a run keeps to be read.`);
  const file = join(runDir, path);
  if (!existsSync(file) || !statSync(file).isFile()) return null;
  const real = realpathSync(file);
  // A link in the folder of someone else could lead anywhere.
  if (!real.startsWith(realpathSync(runDir) + sep)) throw new UserError(`${file} is a link that leads out of the run.`);
  const { size } = statSync(real);
  if (size > MAX_BYTES)
    throw new UserError(`${file} has ${size} bytes, which is more than a run writes. It is not shown.`);
  return readFileSync(real, 'utf8');
}

/** Names between `/`, none of them empty or a step up; nothing that Windows reads as another separator, a drive or a stream. */
function isPlainPath(path: string): boolean {
  return path.split('/').every((name) => !['', '.', '..'].includes(name) && !/[\\:\0]/.test(name));
}

/**
 * By reward file as the experiment names it: the path under the run of its entry, as `readKeptFile` takes it. Empty where only
 * built-in rewards score.
 * @throws UserError where the run's list of them is damaged
 */
export function rewardEntries(runDir: string): Record<string, string> {
  const text = readKeptFile(runDir, REWARD_ENTRIES_FILE);
  if (text === null) return {};
  const parsed = entriesSchema.safeParse(parseJson(text));
  if (!parsed.success)
    throw new UserError(`${join(runDir, REWARD_ENTRIES_FILE)} is damaged: it is no list of reward files.`);
  return Object.fromEntries(Object.entries(parsed.data).map(([file, entry]) => [file, `${REWARDS_FOLDER}/${entry}`]));
}

/**
 * The kept reward sources that belong to some entries, by default those that the run began with: the entries before what they import.
 * @param entries as `rewardEntries` has them
 */
export function rewardSources(
  runDir: string,
  entries: readonly string[] = Object.values(rewardEntries(runDir)),
): string[] {
  const folders = [...new Set(entries.map((entry) => entry.split('/').slice(0, 2).join('/')))];
  const imported = folders
    .flatMap((folder) => readdirSync(join(runDir, folder), { recursive: true, withFileTypes: true }))
    .filter((file) => file.isFile())
    .map((file) => relative(runDir, join(file.parentPath, file.name)).replaceAll(sep, '/'))
    .filter((path) => !entries.includes(path));
  return [...new Set(entries), ...imported.sort()];
}

/**
 * Whether a reward file and all that it imported are still what the run keeps of them.
 * @param entry as `rewardEntries` has it
 * @param file where the reward file is now, absolute
 */
export function isAsKept(runDir: string, entry: string, file: string): boolean {
  const [, folder = '', ...names] = entry.split('/');
  const kept = join(runDir, REWARDS_FOLDER, folder);
  const name = join(...names);
  if (!file.endsWith(name)) return false;
  const root = file.slice(0, -name.length);
  return readdirSync(kept, { recursive: true, withFileTypes: true })
    .filter((source) => source.isFile())
    .map((source) => join(source.parentPath, source.name))
    .every((source) => sameBytes(source, join(root, relative(kept, source))));
}

function sameBytes(kept: string, now: string): boolean {
  return existsSync(now) && readFileSync(kept).equals(readFileSync(now));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
