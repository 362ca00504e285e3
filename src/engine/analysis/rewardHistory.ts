/** Which code a run's rewards were at each of its steps: what it began with, and what took its place. */
import type { EvaluationSummary } from '../protocol/events.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { rewardName } from '../protocol/experimentChecks.ts';
import type { CodeChange, RewardVersion, RunManifest } from '../protocol/run.ts';
import { tasksOf } from '../protocol/tasks.ts';
import type { RunReader } from '../run/reader.ts';
import { rewardEntries } from './keptFiles.ts';

/** By reward name, the newest change that a step was scored with; nothing for rewards that had not changed. */
function versionsAt(versions: readonly RewardVersion[], step: number): ReadonlyMap<string, RewardVersion> {
  const past = versions.filter(({ fromStep }) => fromStep <= step).toSorted((a, b) => a.fromStep - b.fromStep);
  return new Map(past.map((version) => [version.reward, version]));
}

/** By reward name: what identifies the code that scored a step. */
export function hashesAt(
  { rewardHashes }: Pick<RunManifest, 'rewardHashes'>,
  versions: readonly RewardVersion[],
  step: number,
): Record<string, string> {
  const changed = [...versionsAt(versions, step)].map(([name, { hash }]) => [name, hash] as const);
  return { ...rewardHashes, ...Object.fromEntries(changed) };
}

/**
 * By reward name: the path under the run of the kept source that scored a step, as `readKeptFile` takes it. Built-in rewards have none.
 * @throws UserError where the run's list of them is damaged
 */
export function sourcesAt(
  runDir: string,
  { rewards }: Pick<Experiment, 'rewards'>,
  versions: readonly RewardVersion[],
  step: number,
): ReadonlyMap<string, string> {
  const first = rewardEntries(runDir);
  const changed = versionsAt(versions, step);
  return new Map(
    rewards.flatMap((reward): [string, string][] => {
      const name = rewardName(reward);
      const entry = changed.get(name)?.entry ?? (reward.file === undefined ? undefined : first[reward.file]);
      return entry === undefined ? [] : [[name, entry]];
    }),
  );
}

/** The steps at which code changed, ascending. */
export function changesOf(versions: readonly RewardVersion[], experiment: Experiment): CodeChange[] {
  const steps = [...new Set(versions.map(({ fromStep }) => fromStep))].sort((a, b) => a - b);
  const deciding = new Set(tasksOf(experiment).map(({ solvedBy }) => solvedBy));
  return steps.map((step) => {
    const rewards = versions.filter(({ fromStep }) => fromStep === step).map(({ reward }) => reward);
    return { step, rewards, solved: rewards.some((name) => deciding.has(name)) };
  });
}

/** What tells a run's reward code from that of other runs: hashes by reward name, with all that took over later and when. */
export function hashHistories(
  { rewardHashes }: Pick<RunManifest, 'rewardHashes'>,
  versions: readonly RewardVersion[],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(rewardHashes).map(([name, hash]) => {
      const later = versions.filter(({ reward }) => reward === name);
      return [name, [hash, ...later.map(({ fromStep, hash: other }) => `from ${fromStep} ${other}`)].join(', ')];
    }),
  );
}

/**
 * The evaluations whose numbers can be held against each other: those measured by the code that says what is solved at the end of the
 * run, for an older one counted something else.
 */
export function comparableEvaluations(reader: RunReader): EvaluationSummary[] {
  const changes = changesOf(reader.rewardVersions(), reader.experiment());
  const since = changes.findLast(({ solved }) => solved)?.step ?? 0;
  return reader.evaluations().filter(({ step }) => step >= since);
}
