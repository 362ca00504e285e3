/** Rounds of a sweep: trained anew, it is another one to its runs, which record the round behind what identifies it, `a3f09c…-2`. */
import type { Sweep } from './planSweep.ts';

/**
 * The newest round that was begun; the first where none was.
 * @param recorded what runs record of their sweeps
 */
export function currentRound(sweep: Sweep, recorded: readonly { readonly id: string }[]): Sweep {
  return asRound(sweep, Math.max(1, newest(sweep, recorded)));
}

/** The one behind it, of which there is no run yet. */
export function nextRound(sweep: Sweep, recorded: readonly { readonly id: string }[]): Sweep {
  return asRound(sweep, newest(sweep, recorded) + 1);
}

function newest({ id }: Sweep, recorded: readonly { readonly id: string }[]): number {
  return Math.max(0, ...recorded.map((other) => roundOf(id, other.id)));
}

/** 0 of another sweep. */
function roundOf(id: string, recorded: string): number {
  if (recorded === id) return 1;
  const round = recorded.startsWith(`${id}-`) ? Number(recorded.slice(id.length + 1)) : 0;
  return Number.isInteger(round) ? round : 0;
}

function asRound(sweep: Sweep, round: number): Sweep {
  if (round === 1) return sweep;
  const id = `${sweep.id}-${round}`;
  const members = sweep.members.map((member) => ({ ...member, membership: { ...member.membership, id } }));
  return { ...sweep, id, members };
}
