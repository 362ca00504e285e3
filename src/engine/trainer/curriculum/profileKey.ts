/** What a profile of pass rates depends on: with any other of these the same problems may be solved more or less often. */
import { createHash } from 'node:crypto';
import type { Problem } from '../../data/problems.ts';
import type { PassRateCurriculum } from '../../protocol/curriculum.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import { rewardName } from '../../protocol/experimentChecks.ts';
import { solvedByTask } from '../../protocol/tasks.ts';

export interface ProfiledWith {
  readonly experiment: Experiment;
  readonly modelHash: string;
  /** By reward name. */
  readonly rewardHashes: Readonly<Record<string, string>>;
  /** What the policy is computed by. */
  readonly provider: string;
  readonly measured: readonly Problem[];
}

/** sha256, in hex. */
export function profileKey(
  { experiment, modelHash, rewardHashes, provider, measured }: ProfiledWith,
  { samples }: Pick<PassRateCurriculum, 'samples'>,
): string {
  const { rollout, rewards, seed, threads } = experiment;
  const { temperature, topP, topK, minP, repetitionPenalty, maxCompletionLength, stop, stopTokens, weights } = rollout;
  const decides = solvedByTask(experiment);
  const deciding = new Set(measured.map(({ task }) => decides(task)));
  const facts = {
    format: 1,
    model: modelHash,
    provider,
    threads,
    seed,
    samples,
    sampling: { temperature, topP, topK, minP, repetitionPenalty, maxCompletionLength, stop, stopTokens, weights },
    rewards: rewards
      .filter((reward) => deciding.has(rewardName(reward)))
      .map((reward) => ({
        hash: rewardHashes[rewardName(reward)] ?? null,
        function: reward.function,
        options: reward.options,
        timeout: reward.timeout,
        per: reward.per,
      })),
  };
  const hash = createHash('sha256').update(JSON.stringify(facts));
  // The prompts themselves: whatever wrote them, and the rows that rewards are given.
  for (const { problem, task, tokens, row } of measured)
    hash.update(`\n${JSON.stringify([problem, decides(task), [...tokens], row])}`);
  return hash.digest('hex');
}
