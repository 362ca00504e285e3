/** What a reward file says of a sample of a run, function by function. */
import { summarizeScores, type ScoreSummary } from '../../engine/analysis/rewards/scoreSummary.ts';
import { rewardConfigSchema, type RewardConfig } from '../../engine/protocol/experiment.ts';
import { rewardName } from '../../engine/protocol/experimentChecks.ts';
import type { Trace } from '../../engine/protocol/scoring.ts';
import type { RewardFunction } from '../../engine/source/rewardFunction.ts';
import type { PinTarget } from '../cases/pinTarget.ts';
import { isSamePath } from '../common/samePath.ts';
import { resolve } from 'node:path';
import type { RunSample } from '../data/liveMethods.ts';
import type { ScoreError, Scores } from '../engine/engineQuestions.ts';
import type { RewardUse } from './rewardUses.ts';

/** A reward file as the editor has it. */
export interface LiveText {
  readonly path: string;
  /** Higher after every change. */
  readonly version: number;
  readonly text: string;
}

/** A function of the file, as it is scored. */
export interface NamedReward {
  readonly found: RewardFunction;
  readonly config: RewardConfig;
  /** Whether it is one of the run's own rewards, under this name: then there are recorded scores beside the new ones. */
  readonly ofRun: boolean;
}

export interface ScoredFunction extends NamedReward {
  readonly name: string;
  /** Parallel to the completions of the sample; NaN where it failed or does not apply. */
  readonly values: Float64Array;
  /** What the run recorded; null where it had no such reward. */
  readonly recorded: Float64Array | null;
  readonly errors: readonly ScoreError[];
  readonly summary: ScoreSummary;
}

export interface LiveResult {
  readonly text: LiveText;
  readonly sample: RunSample;
  readonly functions: readonly ScoredFunction[];
  /** Their weighted sum for each completion; NaN where there is none. */
  readonly combined: Float64Array;
  readonly trace: Trace | null;
  /** Index of the completion that `trace` tells the values of. */
  readonly watched: number | null;
}

/**
 * How each function is called: as the run's experiment says, else as another one that names it, else by the defaults. One that an
 * experiment names twice, with other options, is scored twice.
 */
export function namedRewards(
  path: string,
  functions: readonly RewardFunction[],
  sample: Pick<RunSample, 'rewards' | 'baseDir'>,
  uses: readonly RewardUse[],
): NamedReward[] {
  const ownUses = sample.rewards.filter(
    ({ file }) => file !== undefined && isSamePath(resolve(sample.baseDir, file), path),
  );
  const taken = new Set(ownUses.map(rewardName));
  return functions.flatMap((found): NamedReward[] => {
    const own = ownUses.filter((reward) => reward.function === found.name);
    if (own.length > 0)
      return own.map((reward) => ({
        found,
        config: { ...reward, file: path, name: rewardName(reward) },
        ofRun: true,
      }));
    const other = uses.find(({ reward }) => reward.function === found.name)?.reward;
    const config = other ?? rewardConfigSchema.parse({ function: found.name, per: found.per });
    return [{ found, config: { ...config, file: path, name: freeName(rewardName(config), taken) }, ofRun: false }];
  });
}

export function resultOf(
  text: LiveText,
  sample: RunSample,
  rewards: readonly NamedReward[],
  { byReward, combined, errors, trace }: Scores,
  watched: number | null,
): LiveResult {
  const functions = rewards.map((reward, index): ScoredFunction => {
    const name = rewardName(reward.config);
    const own = errors.filter((error) => error.reward === name);
    const values = byReward[index] ?? new Float64Array();
    const recorded = reward.ofRun ? (sample.recorded[name] ?? null) : null;
    return { ...reward, name, values, recorded, errors: own, summary: summarizeScores(values, own.length) };
  });
  return { text, sample, functions, combined, trace, watched };
}

/**
 * A completion of the sample, for a case or a debugger; null for a function that the run does not know, because a case says which of the
 * run's rewards is meant.
 */
export function caseTarget(
  { sample }: LiveResult,
  completion: number,
  scored: ScoredFunction | undefined,
): PinTarget | null {
  const sampled = sample.completions[completion];
  const group = sampled && sample.groups[sampled.group];
  if (sampled === undefined || group === undefined || scored?.ofRun !== true) return null;
  const { purpose, split } = group;
  return { runDir: sample.runDir, scope: { purpose, split }, key: { ...sampled.key }, function: scored.name };
}

/** Another name where one of the run's rewards has it. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? freeName(`${name}'`, taken) : name;
}
