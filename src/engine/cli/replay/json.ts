/** A replay for scripts: arrays as lists, and null where a token has no value. */
import { clipWords } from '../../analysis/replayWords.ts';
import type { Replay, ReplayPass, ReplayTokens } from '../../protocol/replay.ts';
import type { RunTasks } from '../../protocol/tasks.ts';
import { problemPlace } from '../../run/outputs/problemPlace.ts';

/** @param manifest the run's: of several tasks each completion has its `task`, and its `row` in the file of that */
export function replayJson({ completions, ...replay }: Replay, manifest: RunTasks): object {
  return {
    ...replay,
    completions: completions.map(({ tokens, ...completion }) => {
      const place = problemPlace(manifest, completion.key.problem);
      return { ...completion, ...(place.task === null ? {} : place), tokens: tokensJson(tokens) };
    }),
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
