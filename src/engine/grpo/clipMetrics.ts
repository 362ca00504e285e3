/** How much of the policy gradient the clip cut off. */
import type { Metrics } from '../protocol/metrics.ts';
import { clipping, ratiosOf, type ClipConfig } from './clipping.ts';
import { sum } from './moments.ts';
import { isActive, trainedRows } from './updateOutcome.ts';
import type { UpdateOutcome } from './updateOutcome.ts';

/** Ratios of one sequence: how many there are, and how many were clipped on either side. */
interface Clipped {
  readonly ratios: number;
  readonly low: number;
  readonly high: number;
}

/**
 * `low` counts r < 1 - clip.low with A < 0, `high` counts r > 1 + clip.high with A > 0, `region` both; the means are over all ratios
 * of all updates, `low_min` and `high_max` over the sequences' own means. A row with A = 0 was not computed and counts as not
 * clipped; a masked row does not count. A ratio belongs to a token, and with GSPO to a sequence.
 *
 * CISPO cuts at an absolute cap and has TRL's `cispo_clip_ratio` (r > cap with A > 0) in place of these; SAPO clips nothing and has none.
 */
export function clipMetrics(outcomes: readonly UpdateOutcome[], algorithm: ClipConfig): Metrics {
  const sequences = outcomes.flatMap((outcome) => clippedSequences(outcome, algorithm));
  const ratios = sum(sequences.map((sequence) => sequence.ratios));
  if (ratios === 0 || algorithm.tokenLoss === 'sapo') return {};
  const low = sum(sequences.map((sequence) => sequence.low));
  const high = sum(sequences.map((sequence) => sequence.high));
  if (algorithm.tokenLoss === 'cispo') return { cispo_clip_ratio: high / ratios };
  return {
    'clip_ratio/low_mean': low / ratios,
    'clip_ratio/low_min': sequences.reduce((least, one) => Math.min(least, one.low / one.ratios), Infinity),
    'clip_ratio/high_mean': high / ratios,
    'clip_ratio/high_max': sequences.reduce((most, one) => Math.max(most, one.high / one.ratios), -Infinity),
    'clip_ratio/region_mean': (low + high) / ratios,
  };
}

function clippedSequences(outcome: UpdateOutcome, algorithm: ClipConfig): Clipped[] {
  const clipOf = clipping(algorithm);
  const computed = new Map(trainedRows(outcome).map((trained) => [trained.row, trained]));
  return outcome.rows.filter(isActive).map((row) => {
    const trained = computed.get(row);
    if (trained === undefined)
      return { ratios: algorithm.tokenLoss === 'gspo' ? 1 : row.tokens.length, low: 0, high: 0 };
    const clips = ratiosOf(trained, algorithm).map((ratio) => clipOf(ratio, row.advantage));
    return {
      ratios: clips.length,
      low: clips.filter((clip) => clip === 'low').length,
      high: clips.filter((clip) => clip === 'high').length,
    };
  });
}
