/** How long the rows of a run are, and how many of them are decoded at once. */
import type { Problem } from '../../data/problems.ts';
import type { LoadReply } from '../../protocol/compute.ts';
import type { Experiment } from '../../protocol/experiment.ts';

export interface RowFacts {
  readonly policy: Pick<LoadReply, 'contextLength' | 'cache'>;
  readonly problems: {
    readonly train: readonly Pick<Problem, 'tokens'>[];
    readonly validation: readonly Pick<Problem, 'tokens'>[];
  };
}

/** Tokens; 0 without problems. */
export function meanPrompt(problems: readonly Pick<Problem, 'tokens'>[]): number {
  return problems.reduce((sum, { tokens }) => sum + tokens.length, 0) / Math.max(1, problems.length);
}

/** Tokens of the longest row that can come, prompt and completion. */
export function longestRow({ rollout }: Pick<Experiment, 'rollout'>, { policy, problems }: RowFacts): number {
  const longestPrompt = [...problems.train, ...problems.validation].reduce(
    (longest, { tokens }) => Math.max(longest, tokens.length),
    0,
  );
  return Math.min(policy.contextLength, longestPrompt + rollout.maxCompletionLength);
}

/** How many of so many completions are decoded at once: as many as the experiment and the memory for keys and values allow. */
export function decodedAtOnce(
  experiment: Pick<Experiment, 'rollout'>,
  facts: RowFacts,
): (completions: number) => number {
  const { bytesPerToken, maxBytes } = facts.policy.cache;
  const fitting = Math.floor(maxBytes / (bytesPerToken * Math.max(1, longestRow(experiment, facts))));
  return (completions) => Math.max(1, Math.min(completions, experiment.rollout.maxRows, fitting));
}
