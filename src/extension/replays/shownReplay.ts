/** What Outputs shows of a replay: a line above the group, and values at its tokens. */
import { isEqual, replayNotes, replaySentence } from '../../engine/analysis/replayWords.ts';
import type { GroupCompletion, OutputsReply, ShownReplay, TokenReplay } from '../../engine/protocol/panels/outputs.ts';
import {
  replayHeats,
  type GroupName,
  type Heat,
  type ReplayHeat,
} from '../../engine/protocol/panels/outputsRequests.ts';
import type { CompletionKey } from '../../engine/protocol/completion.ts';
import type { Replay, ReplayedCompletion } from '../../engine/protocol/replay.ts';

export function shownReplay(replay: Replay): ShownReplay {
  const { step, passes } = replay;
  return {
    step,
    equal: isEqual(replay),
    sentence: [replaySentence(replay), ...replayNotes(replay)].join(' '),
    passes,
  };
}

/** The answer with what the replay says of the tokens of its step; of any other as it is. */
export function withReplay(
  reply: OutputsReply,
  { scope, heat }: { readonly scope: GroupName['scope']; readonly heat: Heat },
  { step, completions }: Replay,
): OutputsReply {
  if (scope.purpose !== 'rollout') return reply;
  const replayed = (completion: GroupCompletion): GroupCompletion => {
    const found = completions.find(({ key }) => isSame(key, completion.key));
    return found === undefined || completion.heat === null
      ? completion
      : withTokens(completion, completion.heat, found, heat);
  };
  if (reply.kind === 'group' && reply.group?.step === step)
    return { ...reply, group: { ...reply.group, completions: reply.group.completions.map(replayed) } };
  if (reply.kind === 'content' && reply.completion?.key.step === step)
    return { ...reply, completion: replayed(reply.completion) };
  return reply;
}

function withTokens(
  completion: GroupCompletion,
  { ends, values }: NonNullable<GroupCompletion['heat']>,
  { tokens }: ReplayedCompletion,
  heat: Heat,
): GroupCompletion {
  const pass = tokens.passes.at(-1);
  if (pass === undefined) return completion;
  // Of the tokens that are shown.
  const shown = (all: Float32Array): Float32Array => all.slice(0, ends.length);
  const replay: TokenReplay = {
    old: shown(tokens.old),
    after: shown(tokens.after),
    updateRatio: shown(pass.ratios),
    clipped: shown(pass.clips),
    kl: shown(pass.kl),
    lossShare: shown(pass.shares),
  };
  return { ...completion, heat: { ends, values: isReplayHeat(heat) ? replay[heat] : values }, replay };
}

function isReplayHeat(heat: Heat): heat is ReplayHeat {
  return replayHeats.some((known) => known === heat);
}

function isSame(one: CompletionKey, other: CompletionKey): boolean {
  return (
    one.step === other.step &&
    one.problem === other.problem &&
    one.occurrence === other.occurrence &&
    one.round === other.round &&
    one.sample === other.sample
  );
}
