/** Which file of cases belongs to which reward file: the one of its name, beside it. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, parse } from 'node:path';
import { UserError } from '../protocol/errors.ts';
import { CASES_EXTENSION } from '../protocol/casesExtension.ts';
import { parseRewardCases, type PlacedCase } from '../protocol/rewardCases.ts';

/** What reward files are written in; of several with one name the first is meant. */
const REWARD_EXTENSIONS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.py'];

/** `reward.reward-cases.json` of `reward.ts`. */
export function casesFileOf(rewardFile: string): string {
  const { dir, name } = parse(rewardFile);
  return join(dir, `${name}${CASES_EXTENSION}`);
}

/**
 * The reward file that cases are about.
 * @throws UserError where there is none
 */
export function rewardFileOf(casesFile: string): string {
  const stem = casesFile.slice(0, -CASES_EXTENSION.length);
  const found = REWARD_EXTENSIONS.map((extension) => stem + extension).find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new UserError(
    `There is no reward file for ${casesFile}. Cases lie beside the file they are about and have its name: ` +
      `${basename(stem)}.ts, or another of ${REWARD_EXTENSIONS.join(', ')}.`,
  );
}

/**
 * Reads a file of cases from the disk.
 * @throws UserError where there is none; RewardCasesError where it is wrong
 */
export function readCasesFile(file: string): { readonly text: string; readonly cases: readonly PlacedCase[] } {
  if (!file.endsWith(CASES_EXTENSION))
    throw new UserError(`${file} is no file of cases: its name has to end in ${CASES_EXTENSION}.`);
  if (!existsSync(file)) throw new UserError(`There is no file of cases ${file}.`);
  const text = readFileSync(file, 'utf8');
  return { text, cases: parseRewardCases(text, file) };
}
