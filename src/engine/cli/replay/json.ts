/** A replay for scripts: arrays as lists, and null where a token has no value. */
import { clipWords } from '../../analysis/replayWords.ts';
import type { Replay, ReplayPass, ReplayTokens } from '../../protocol/replay.ts';

export function replayJson({ completions, ...replay }: Replay): object {
  return {
    ...replay,
    completions: completions.map(({ tokens, ...completion }) => ({ ...completion, tokens: tokensJson(tokens) })),
  };
}

function tokensJson({ ends, old, after, passes }: ReplayTokens): object {
  return { ends: [...ends], old: listOf(old), after: listOf(after), passes: passes.map(passJson) };
}

function passJson({ logprobs, ratios, clips, kl, losses, shares }: ReplayPass): object {
  return {
    logprobs: listOf(logprobs),
    ratios: listOf(ratios),
    // null: not clipped.
    clips: [...clips].map((clip) => clipWords(clip) || null),
    kl: listOf(kl),
    losses: listOf(losses),
    shares: listOf(shares),
  };
}

function listOf(values: Float32Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? value : null));
}
