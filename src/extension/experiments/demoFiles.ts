/** The demo's files in a folder of the user's, as they ship and as they were changed since. */
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../engine/protocol/errors.ts';
import { writeFileWhole } from '../../engine/run/durable.ts';
import { putRewardTypes } from './rewardTypes.ts';

/** Under the product's folder; the terminal's `npm run demo` trains the same files. */
export const DEMO_SOURCE = join('examples', 'demo');
export const DEMO_PROBLEMS = 'problems.jsonl';
const EXPERIMENT = 'demo.rlvr.json';
const REWARD = 'reward.ts';
const FILES = [EXPERIMENT, REWARD, DEMO_PROBLEMS];

const FOLDER = 'rlvr-demo';
/** After so many folders of that name something else is the matter. */
const MAX_FOLDERS = 100;

/** Absolute paths. */
export interface Demo {
  readonly experiment: string;
  readonly reward: string;
}

/**
 * Puts the demo's files into `rlvr-demo/` under `parent`. A file that is there stays as it is, for whoever changed it wants to see what
 * comes of that; a folder of another name is made only where `rlvr-demo` cannot hold them.
 *
 * @throws UserError where nothing can be written there
 */
export function putDemo(productDir: string, parent: string): Demo {
  const folder = folderFor(parent);
  try {
    mkdirSync(folder, { recursive: true });
    for (const name of FILES) {
      const target = join(folder, name);
      if (existsSync(target)) continue;
      const bytes = readFileSync(join(productDir, DEMO_SOURCE, name));
      writeFileWhole(target, (append) => append(bytes));
    }
    putRewardTypes(productDir, folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `The demo's files cannot be written into ${folder} (${reason}). Open a folder in which you may write.`,
    );
  }
  return { experiment: join(folder, EXPERIMENT), reward: join(folder, REWARD) };
}

function folderFor(parent: string): string {
  for (let number = 1; number <= MAX_FOLDERS; number++) {
    const folder = join(parent, number === 1 ? FOLDER : `${FOLDER}-${number}`);
    if (canHoldDemo(folder)) return folder;
  }
  throw new UserError(`${join(parent, FOLDER)} is not a folder, nor are those numbered after it. Rename them.`);
}

/** Whether nothing of another kind has the name of the folder, or in it of a file. */
function canHoldDemo(folder: string): boolean {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return true;
  return (
    found.isDirectory() &&
    FILES.every((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() !== false)
  );
}
