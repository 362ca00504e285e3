/** The experiment that a terminal or an editor names. */
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../protocol/errors.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { parseExperiment } from '../protocol/experimentFile.ts';

/**
 * @param path absolute
 * @param overrides `path=value` of `--set`
 * @throws UserError where there is no such file, or it is no experiment
 */
export async function readExperiment(path: string, overrides: readonly string[]): Promise<Experiment> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new UserError(`There is no experiment file ${path}.`);
  if (found.isDirectory())
    throw new UserError(`${path} is a folder; give an experiment file in it, such as ${join(path, 'my.rlvr.json')}.`);
  return parseExperiment(await readFile(path, 'utf8'), path, overrides);
}
