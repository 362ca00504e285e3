/** What a forecast is of: a run of anything else may be like something else. */
import { createHash } from 'node:crypto';
import type { Experiment } from '../../protocol/experiment.ts';
import type { Opened } from '../open.ts';

/**
 * sha256, in hex.
 * @param experiment with its control and `--set` applied, its threads as they are named
 */
export function fingerprintOf(
  experiment: Experiment,
  { modelHash, problems, scorer }: Pick<Opened, 'modelHash' | 'problems' | 'scorer'>,
): string {
  const facts = { experiment, model: modelHash, data: problems.hash, rewards: Object.entries(scorer.hashes).sort() };
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
