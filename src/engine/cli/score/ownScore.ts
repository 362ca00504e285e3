/** Scores of cases by graders of the command's own. */
import type { ScoreGroups } from '../../cases/runCases.ts';
import type { CommandIO } from '../command.ts';
import { withScorer } from './withScorer.ts';

export function ownScore(io: Pick<CommandIO, 'stderr' | 'signal'>): ScoreGroups {
  return async ({ config, baseDir }, groups) => {
    const results = await withScorer({ rewards: [config], baseDir }, io, async (scorer) => {
      const verdicts = await scorer.score(groups);
      const [name = ''] = scorer.names;
      return verdicts.map((group) => group.flatMap(({ rewards }) => rewards[name] ?? []));
    });
    // Of no interest to whoever has stopped it.
    return results ?? [];
  };
}
