/** Pinned cases, looked at before a run is started. */
import { existsSync, readFileSync } from 'node:fs';
import { describeTrouble, troubledCases } from '../../cases/startCheck.ts';
import { parseExperiment } from '../../protocol/experimentFile.ts';
import type { CommandIO } from '../command.ts';
import { ownScore } from './ownScore.ts';

/**
 * What is to be warned of; nothing where all cases are as expected, or there are none.
 * @throws UserError where the experiment is wrong
 */
export async function casesBeforeTraining(
  { experimentPath, overrides }: { readonly experimentPath: string; readonly overrides: readonly string[] },
  io: Pick<CommandIO, 'stderr' | 'signal' | 'cwd'>,
): Promise<readonly string[]> {
  // That there is none is told by whoever starts it.
  if (!existsSync(experimentPath)) return [];
  const { rewards } = parseExperiment(readFileSync(experimentPath, 'utf8'), experimentPath, overrides);
  const troubles = await troubledCases({ path: experimentPath, rewards }, io.cwd, ownScore(io));
  return io.signal.aborted ? [] : troubles.map(describeTrouble);
}
