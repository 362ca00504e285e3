/** "Use the edited reward from the next step": other reward code takes over while the run goes on. */
import { changesOf, hashesAt } from '../analysis/rewardHistory.ts';
import { isInstalled } from '../process/installation.ts';
import { UserError } from '../protocol/errors.ts';
import type { RewardVersion } from '../protocol/run.ts';
import type { Scorer } from '../reward/scorer.ts';
import type { RewardSwap, SwapRewards } from './engineContext.ts';
import type { Opened } from './open.ts';
import { keptSources, withRewardsAt } from './provenance.ts';
import type { RunContext } from './runContext.ts';

type Run = Pick<RunContext, 'experiment' | 'writer' | 'scorer' | 'emit'>;

/** One change after the other: each is held against the one before it. */
export function swapping(run: Run, openRewards: Opened['openRewards']): SwapRewards {
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const change = last.then(() => swap(run, openRewards));
    last = change.catch(() => undefined);
    return change;
  };
}

async function swap(run: Run, openRewards: Opened['openRewards']): Promise<RewardSwap> {
  const { experiment, scorer, emit } = run;
  requireNextStep(run);
  if (experiment.rewards.every(({ file }) => file === undefined))
    throw new UserError('No reward of this run is in a file, so there is no edited one to use.');
  if (!isInstalled())
    throw new UserError(
      'RLVR-Ops was updated since this run was started, and what compiles rewards went with the old version. ' +
        'Stop the run and resume it; then its rewards can be changed.',
    );
  const edited = await openRewards(experiment.rewards);
  try {
    const change = record(run, edited);
    await scorer.replace(change.fromStep, edited);
    emit({ event: 'rewards', step: change.fromStep, rewards: change.rewards });
    return change;
  } catch (error) {
    await edited.close();
    throw error;
  }
}

/**
 * Writes the change before anyone is told of it: a run that crashes now goes on with it. Nothing is awaited here, so no step begins
 * between what is found out and what is written.
 * @throws UserError where there is nothing to change, or no step to change it for
 */
function record(run: Run, edited: Scorer): RewardSwap {
  const { experiment, writer } = run;
  // The steps went on meanwhile.
  const fromStep = requireNextStep(run);
  const recorded = writer.rewardVersions();
  const rewards = changed(edited, hashesAt(writer.manifest, recorded, fromStep));
  if (rewards.length === 0)
    throw new UserError('The reward files are what the run scores with already. Save what you have edited first.');
  const { entries, folders } = keptSources(experiment, writer.manifest.experimentPath, edited);
  // Changes that were to be made from that step on are given up, so it is held against what scores the step before.
  const before = hashesAt(writer.manifest, recorded, fromStep - 1);
  const versions = changed(edited, before).flatMap((reward): RewardVersion[] => {
    const [hash, entry] = [edited.hashes[reward], entries.get(reward)];
    return hash === undefined || entry === undefined ? [] : [{ fromStep, reward, hash, entry }];
  });
  writer.changeRewards(fromStep, versions, folders);
  return { fromStep, rewards };
}

function requireNextStep({ scorer, experiment }: Run): number {
  if (!scorer.ended && scorer.step < experiment.training.steps) return scorer.step + 1;
  throw new UserError('The last step of this run is under way or done: there is no next one to score.');
}

function changed(edited: Scorer, before: Readonly<Record<string, string>>): string[] {
  return edited.names.filter((name) => edited.hashes[name] !== before[name]);
}

/**
 * When no step comes any more: a change that was to be made after the last one is given up, so that what is left is scored as that step was,
 * whether the run is killed before it or not.
 */
export async function endSwaps({ writer, scorer }: Pick<Run, 'writer' | 'scorer'>): Promise<void> {
  const next = (writer.lastStep ?? 0) + 1;
  if (writer.rewardVersions().some(({ fromStep }) => fromStep >= next)) writer.changeRewards(next, [], new Map());
  await scorer.endSteps();
}

/**
 * Opens the changes that a run has still before it after it went back behind them: each is made again at its step. Rejects with UserError
 * where one cannot be made as it was.
 */
export async function openComingRewards(
  { experiment, writer, scorer }: Pick<Run, 'experiment' | 'writer' | 'scorer'>,
  openRewards: Opened['openRewards'],
  step: number,
): Promise<void> {
  const versions = writer.rewardVersions();
  for (const change of changesOf(versions, experiment).filter((coming) => coming.step > step)) {
    const kept = await openRewards(withRewardsAt(writer, experiment, change.step).rewards);
    await scorer.replace(change.step, kept);
    const others = changed(kept, hashesAt(writer.manifest, versions, change.step));
    if (others.length > 0)
      throw new UserError(
        `The run cannot be continued: the reward ${others.join(', ')} that took over at step ${change.step}, or a package it imports, ` +
          'is not what it was then. Restore it, or start a new run.',
      );
  }
}
