/** A sweep as its files say: that of the sweep, and of the experiment that it varies. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../../protocol/errors.ts';
import { parseSweepFile, type SweepDescription } from '../../protocol/sweep/sweepFile.ts';
import { experimentName } from '../../words/naming.ts';
import { planSweep, type Sweep } from './planSweep.ts';

export interface FoundSweep {
  readonly sweep: Sweep;
  readonly experimentPath: string;
  /** Of the experiment file, as its runs were checked with it. */
  readonly text: string;
}

/**
 * @param text what the file says; read where it is left out
 * @param given `path=value` of `--set`
 * @throws UserError where it is no sweep, and where one of its runs is wrong
 */
export function sweepOfFile(
  path: string,
  { text = readText(path, 'sweep'), given = [] }: { readonly text?: string; readonly given?: readonly string[] } = {},
): FoundSweep {
  const description = parseSweepFile(text, path);
  return sweepOf(description, { path, experimentPath: resolve(dirname(path), description.experiment), given });
}

/** @throws UserError as `sweepOfFile` */
export function sweepOf(
  description: SweepDescription,
  // The name of the sweep is that of `path`, where the description has none.
  {
    path,
    experimentPath,
    given,
  }: {
    readonly path: string;
    readonly experimentPath: string;
    readonly given: readonly string[];
  },
): FoundSweep {
  const text = readText(experimentPath, 'experiment');
  const sweep = planSweep({ description, defaultName: experimentName(path), text, fileName: experimentPath, given });
  return { sweep, experimentPath, text };
}

function readText(path: string, what: string): string {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) throw new UserError(`There is no ${what} file ${path}.`);
  return readFileSync(path, 'utf8');
}
