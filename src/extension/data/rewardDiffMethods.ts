/** What is asked of a run to compare two versions of its rewards. */
import { dirname, join } from 'node:path';
import { readKeptFile } from '../../engine/analysis/keptFiles.ts';
import { sourcesAt } from '../../engine/analysis/rewardHistory.ts';
import { rewardDiff, type ComparedGroup, type RewardDiff } from '../../engine/analysis/rewards/rewardDiff.ts';
import { verdictsOf, type Verdicts } from '../../engine/analysis/rewards/verdicts.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import type { RewardConfig } from '../../engine/protocol/experiment.ts';
import { rewardName } from '../../engine/protocol/experimentChecks.ts';
import { weightsOf } from '../../engine/protocol/rewardWeights.ts';
import type { RewardVersion, StoredGroup } from '../../engine/protocol/scoring.ts';
import { skippedByTask } from '../../engine/protocol/tasks.ts';
import { readScopes } from '../../engine/run/outputs/scopes.ts';
import { countStored, readStoredGroups, sampleGroups, type ScoredGroup } from '../../engine/run/storedGroups.ts';
import type { Readers } from './readers.ts';

interface DiffQuestion {
  readonly dir: string;
  readonly groups: readonly StoredGroup[];
  /** null for what the run has recorded. */
  readonly before: Verdicts | null;
  readonly after: Verdicts;
}

export const rewardDiffMethods = {
  /** About `completions` completions in whole groups; of what was trained on, or, where nothing was, of an evaluation. */
  groupSample: (
    readers: Readers,
    { dir, completions }: { readonly dir: string; readonly completions: number },
  ): StoredGroup[] => {
    const reader = readers.get(dir);
    return reader.snapshot(() => {
      const [scope] = readScopes(reader);
      return scope === undefined ? [] : sampleGroups(reader, scope, completions);
    });
  },

  /**
   * Compares two versions of the rewards on groups of the run, by its own estimator of advantages.
   * @throws UserError where the verdicts are not of these completions
   */
  rewardDiff: (readers: Readers, { dir, groups, before, after }: DiffQuestion): RewardDiff => {
    const reader = readers.get(dir);
    return reader.snapshot(() => {
      const { algorithm, rewards } = reader.experiment();
      const stored = readStoredGroups(reader, groups);
      const completions = stored.flatMap((group) => group.completions);
      requireAllOf(completions.length, [after, ...(before === null ? [] : [before])]);
      const recorded = (): Verdicts =>
        verdictsOf(
          completions.map((completion) => completion.rewards),
          weightsOf(rewards),
        );
      const [group] = groups;
      return rewardDiff({
        groups,
        stored: group === undefined ? 0 : countStored(reader, group),
        compared: stored.map(comparedGroup),
        before: before ?? recorded(),
        after,
        algorithm,
      });
    });
  },

  /**
   * The rewards of a run with the files that it keeps of them, as they scored its newest step.
   * @throws UserError where it does not keep one
   */
  keptRewards: (readers: Readers, { dir }: { readonly dir: string }): RewardVersion => {
    const reader = readers.get(dir);
    const experiment = reader.experiment();
    const entries = sourcesAt(dir, experiment, reader.rewardVersions(), Infinity);
    const rewards = experiment.rewards.map((reward): RewardConfig => {
      if (reward.file === undefined) return reward;
      const entry = entries.get(rewardName(reward));
      // It may be a link that leads out of the run, or be gone.
      if (entry === undefined || readKeptFile(dir, entry) === null)
        throw new UserError(`The run does not keep ${reward.file}, so nothing can be scored with it as it was.`);
      return { ...reward, file: join(dir, ...entry.split('/')) };
    });
    return { rewards, baseDir: dirname(reader.manifest.experimentPath), skipped: skippedByTask(experiment) };
  },
};

function comparedGroup({ asked, completions }: ScoredGroup): ComparedGroup {
  return { asked, keys: completions.map(({ key }) => key) };
}

function requireAllOf(completions: number, versions: readonly Verdicts[]): void {
  const whole = versions.flatMap(({ values }) => Object.values(values)).every(({ length }) => length === completions);
  if (!whole) throw new UserError('The run went back meanwhile, so what was scored is no longer there. Compare again.');
}
