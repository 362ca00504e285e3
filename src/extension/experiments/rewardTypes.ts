/** `rlvr.d.ts`, by which an editor knows the types of rewards in a folder without node_modules. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileWhole } from '../../engine/run/durable.ts';

const FILE = 'rlvr.d.ts';
/** Says of a file that nobody else has written it. */
const MARK = '// Written by RLVR-Ops';

/** First line of a reward file: TypeScript looks for the declaration of a module in no file that is not named. */
export const REWARD_TYPES_REFERENCE = `/// <reference path="./${FILE}" />`;

/** Writes the file into a folder, or brings an older one of ours up to date; what someone else wrote under its name stays. */
export function putRewardTypes(productDir: string, folder: string): void {
  const wanted = readFileSync(join(productDir, 'examples', 'demo', FILE), 'utf8');
  const target = join(folder, FILE);
  if (existsSync(target)) {
    const present = readFileSync(target, 'utf8');
    if (present === wanted || !present.includes(MARK)) return;
  }
  writeFileWhole(target, (append) => append(wanted));
}
