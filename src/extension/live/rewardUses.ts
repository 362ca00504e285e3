/** Which experiments name a reward file, and how. */
import { resolve, dirname } from 'node:path';
import type { RewardConfig } from '../../engine/protocol/experiment.ts';
import { parseExperiment } from '../../engine/protocol/experimentFile.ts';
import { isSamePath } from '../common/samePath.ts';

/** A function of the file, as an experiment uses it. */
export interface RewardUse {
  readonly experimentPath: string;
  readonly reward: RewardConfig;
}

/** An experiment as it is on the disk, or in an editor. */
export interface ExperimentText {
  readonly path: string;
  readonly text: string;
}

/** In the order of the experiments. One that cannot be parsed at the moment uses nothing. */
export function usesOf(path: string, experiments: readonly ExperimentText[]): RewardUse[] {
  return experiments.flatMap(({ path: experimentPath, text }) =>
    rewardsOf(text, experimentPath)
      .filter(({ file }) => file !== undefined && isSamePath(resolve(dirname(experimentPath), file), path))
      .map((reward) => ({ experimentPath, reward })),
  );
}

function rewardsOf(text: string, path: string): readonly RewardConfig[] {
  try {
    return parseExperiment(text, path).rewards;
  } catch {
    return [];
  }
}
