/** Ours against a peer: how many times as much time theirs takes for the same amount of work, round by round. */
import { median } from '../editor/numbers.ts';
import { rateOf } from '../speed/ofMachine.ts';
import { medianOrNull, pick, rounded } from '../speed/report.ts';
import type { Round } from '../speed/workerProcess.ts';
import type { Peer, PeerRow } from './rows.ts';

/** Times of one side: medians over the rounds. */
export interface Side {
  readonly wall_s: number;
  readonly cpu_s: number | null;
  /** Tokens generated or, in a training pass, tokens of the completions. */
  readonly tokens: number;
  readonly peak_gb: number | null;
  /** For the whole work, where a round is a part of it: extrapolated by tokens. */
  readonly whole_cpu_s?: number | null;
}

export interface PeerResult {
  readonly row: string;
  readonly peer: string;
  readonly rounds: number;
  readonly ours: Side;
  readonly theirs: Side;
  /** Medians over the rounds of theirs / ours, for one token. */
  readonly cpu_ratio: number | null;
  readonly wall_ratio: number;
  readonly at_least: number | null;
  readonly memory_ratio: number | null;
  readonly memory_at_least: number | null;
}

/** @param ours rounds of ours, each of which came just before theirs */
export function peerResult(
  { name, ours: work, wholeTokens }: PeerRow,
  peer: Peer,
  { ours, theirs }: { readonly ours: readonly Round[]; readonly theirs: readonly Round[] },
): PeerResult {
  const rates = ours.flatMap((round, index) => {
    const other = theirs[index];
    return other === undefined ? [] : [{ own: rateOf(pick(round, work)), other: rateOf(pick(other, peer.work)) }];
  });
  const [own, other] = [side(ours, work, wholeTokens), side(theirs, peer.work, wholeTokens)];
  return {
    row: name,
    peer: peer.name,
    rounds: rates.length,
    ours: own,
    theirs: other,
    cpu_ratio: medianOrNull(rates.map((pair) => quotient(pair.own.cpu, pair.other.cpu))),
    wall_ratio: rounded(median(rates.map((pair) => pair.own.wall / pair.other.wall))),
    at_least: peer.atLeast ?? null,
    memory_ratio: medianOrNull([quotient(other.peak_gb, own.peak_gb)]),
    memory_at_least: peer.memoryAtLeast ?? null,
  };
}

function side(rounds: readonly Round[], work: string, wholeTokens: number | undefined): Side {
  const each = rounds.map((round) => pick(round, work));
  const peaks = rounds.map(({ peakBytes }) => peakBytes);
  const perToken = medianOrNull(each.map(({ cpu_s, amount }) => quotient(cpu_s, amount)));
  return {
    wall_s: rounded(median(each.map(({ wall_s }) => wall_s))),
    cpu_s: medianOrNull(each.map(({ cpu_s }) => cpu_s)),
    tokens: median(each.map(({ amount }) => amount)),
    peak_gb: peaks.includes(null) ? null : rounded(Math.max(...peaks.map((peak) => peak ?? 0)) / 1e9),
    ...(wholeTokens === undefined ? {} : { whole_cpu_s: perToken === null ? null : rounded(perToken * wholeTokens) }),
  };
}

function quotient(dividend: number | null, divisor: number | null): number | null {
  return dividend === null || divisor === null || divisor === 0 ? null : dividend / divisor;
}
