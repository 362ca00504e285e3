/** What a token is worth, in words: the value that it is coloured by, and what a replayed step says of it beside that. */
import type { TokenReplay } from '../../engine/protocol/panels/outputs.ts';
import type { ReplayHeat } from '../../engine/protocol/panels/outputsRequests.ts';
import { describeHeat, type ShownHeat } from './heatScale.ts';
import { REPLAY_HEATS } from './state.ts';

/** @param replay null where its step was not replayed */
export function describeToken(heat: ShownHeat, value: number, replay: TokenReplay | null, token: number): string {
  const own = describeHeat(heat, value);
  if (replay === null) return own;
  const others = REPLAY_HEATS.filter((name) => name !== heat).flatMap((name) => described(name, replay[name][token]));
  return [own, ...others].join('; ');
}

/** Nothing for a token without a value: its completion had no loss term. */
function described(name: ReplayHeat, value = NaN): string[] {
  return Number.isFinite(value) ? [describeHeat(name, value)] : [];
}
