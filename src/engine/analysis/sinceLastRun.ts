/** What an experiment file says that the last run of it did not. */
import { dirname, resolve } from 'node:path';
import type { Experiment } from '../protocol/experiment.ts';
import { rewardName } from '../protocol/experimentChecks.ts';
import { parseExperiment } from '../protocol/experimentFile.ts';
import type { RunReader } from '../run/reader.ts';
import { isAsKept, rewardEntries } from './keptFiles.ts';
import { changeSentence, whatChanged, type Setup } from './whatChanged.ts';

/**
 * `changed: learningRate 5e-4 → 3e-4`, or `nothing changed`. Reward files are held against what the run keeps of them; datasets and
 * models, which are large, by their names alone.
 * @param text of the experiment file as it is now
 * @throws UserError where it is no experiment, or the run cannot be read
 */
export function sinceLastRun(lastRun: RunReader, text: string, experimentPath: string): string {
  const now: Setup = { experiment: parseExperiment(text, experimentPath) };
  const edited = editedRewards(lastRun, now.experiment, experimentPath);
  const before: Setup = { experiment: lastRun.experiment(), rewardHashes: contents(edited, 'as kept') };
  return changeSentence(whatChanged(before, { ...now, rewardHashes: contents(edited, 'edited') }), now);
}

/** Names of the rewards whose source is not what scored all of the run. */
function editedRewards(lastRun: RunReader, { rewards }: Experiment, experimentPath: string): string[] {
  const runDir = lastRun.dir;
  const entries = rewardEntries(runDir);
  const changed = new Set(lastRun.rewardVersions().map(({ reward }) => reward));
  return rewards.flatMap((reward) => {
    const entry = reward.file === undefined ? undefined : entries[reward.file];
    if (reward.file === undefined || entry === undefined) return [];
    const name = rewardName(reward);
    const same = !changed.has(name) && isAsKept(runDir, entry, resolve(dirname(experimentPath), reward.file));
    return same ? [] : [name];
  });
}

function contents(rewards: readonly string[], state: string): Record<string, string> {
  return Object.fromEntries(rewards.map((name) => [name, state]));
}
