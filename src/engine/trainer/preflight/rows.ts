/** How long the rows of a run are, and how many of them are decoded at once. */
import type { Problem } from '../../data/problems.ts';
import type { LoadReply } from '../../protocol/compute.ts';
import { decodeRoom } from '../../protocol/decodeRoom.ts';
import type { Experiment } from '../../protocol/experiment.ts';

export interface RowFacts {
  readonly policy: {
    readonly contextLength: number;
    readonly cache: Pick<LoadReply['cache'], 'bytesPerToken' | 'maxBytes'>;
  };
  readonly problems: {
    readonly train: readonly Pick<Problem, 'tokens'>[];
    readonly validation: readonly Pick<Problem, 'tokens'>[];
  };
}

/** Tokens; 0 without problems. */
export function meanPrompt(problems: readonly Pick<Problem, 'tokens'>[]): number {
  return problems.reduce((sum, { tokens }) => sum + tokens.length, 0) / Math.max(1, problems.length);
}

/** Tokens, of training and validation. */
export function longestPrompt({ problems }: Pick<RowFacts, 'problems'>): number {
  return [...problems.train, ...problems.validation].reduce(
    (longest, { tokens }) => Math.max(longest, tokens.length),
    0,
  );
}

/** Tokens of the longest row that can come, prompt and completion. */
export function longestRow({ rollout }: Pick<Experiment, 'rollout'>, facts: RowFacts): number {
  return Math.min(facts.policy.contextLength, longestPrompt(facts) + rollout.maxCompletionLength);
}

/** What decoding so many problems, with so many completions of each, takes at once. */
export interface DecodedAtOnce {
  readonly rows: number;
  /** Of keys and values. */
  readonly bytes: number;
}

export type DecodeWidth = (problems: number, samples: number) => DecodedAtOnce;

/** How much is decoded at once: as much as the experiment and the memory for keys and values allow. */
export function decodeWidth({ rollout }: Pick<Experiment, 'rollout'>, facts: RowFacts): DecodeWidth {
  const { contextLength, cache } = facts.policy;
  const promptBytes = cache.bytesPerToken * Math.max(1, longestPrompt(facts));
  const completionBytes = cache.bytesPerToken * Math.min(contextLength, rollout.maxCompletionLength);
  return (problems, samples) => {
    const { rows, usualPrompts } = decodeRoom({
      ...{ groups: problems, completions: problems * samples, maxRows: rollout.maxRows },
      ...{ promptBytes, completionBytes, maxBytes: cache.maxBytes },
    });
    return { rows, bytes: usualPrompts * promptBytes + rows * completionBytes };
  };
}
