/**
 * Aggregation: how the losses of single tokens become one loss, written as a weight per token, so that the loss of an optimiser step
 * is sum of weight x token loss however its rows are split into micro-batches.
 *
 * m = 1 on completion tokens (the end of sequence included), 0 on those of masked rows; B = rows of the optimiser step.
 *
 * | name | weight of a token | source |
 * |---|---|---|
 * | `grpo` | 1 / (B max(1, sum of m in its row)) | arXiv:2402.03300 |
 * | `dapo` | 1 / (sum of m in the optimiser step) | arXiv:2503.14476 |
 * | `bnpo` | 1 / (micro-batches x sum of m in its micro-batch) | TRL `loss_type="bnpo"` |
 * | `dr_grpo` | 1 / (B maxCompletionLength) | arXiv:2503.20783 |
 *
 * As in TRL, a masked row leaves the token counts (`dapo`, `bnpo`) and still is one of the B rows (`grpo`, `dr_grpo`).
 *
 * Where it is displayed: with one update per rollout batch and no KL term the ratio is 1, so the `grpo` loss reads -mean(A), about 0,
 * and `dapo` and `bnpo` read -sum(|o| A) / sum |o|, while the gradient is not 0.
 */
import type { AlgorithmConfig } from '../protocol/experiment.ts';

export type AggregationName = AlgorithmConfig['aggregation'];

export interface AggregationRow {
  /** Tokens of the completion. */
  readonly length: number;
  /** 1 for a demonstration of supervised training. */
  readonly advantage: number;
  /** Cut by the length limit (stop reason `length`). */
  readonly truncated: boolean;
}

export interface AggregationOptions {
  readonly algorithm: Pick<AlgorithmConfig, 'aggregation' | 'maskTruncated' | 'beta' | 'entropyBonus'>;
  readonly maxCompletionLength: number;
  /** The optimiser step's rows by micro-batch, as indices; only `bnpo` depends on them. Every row stands in one. */
  readonly microBatches: readonly (readonly number[])[];
}

export interface AggregatedRow {
  /** Per token of the completion. */
  readonly weights: Float32Array;
  /**
   * No loss term touches this row: it is masked, or its advantage is 0 and there is neither KL term nor entropy bonus. It can be
   * left out of the computation; every denominator has counted it.
   */
  readonly skippable: boolean;
}

/** Whether a row is out of the loss because it was cut by length. */
function isMasked(row: { readonly truncated: boolean }, algorithm: Pick<AlgorithmConfig, 'maskTruncated'>): boolean {
  return algorithm.maskTruncated && row.truncated;
}

/**
 * Token weights for ALL rows of one optimiser step, those without a loss term included.
 * @throws RangeError where `bnpo` finds a row in no micro-batch or in several.
 */
export function aggregate(rows: readonly AggregationRow[], options: AggregationOptions): AggregatedRow[] {
  const { algorithm } = options;
  const active = rows.map((row) => (isMasked(row, algorithm) ? 0 : row.length));
  const denominators = rowDenominators(active, options);
  const everyRowCounts = algorithm.beta > 0 || algorithm.entropyBonus > 0;
  return rows.map((row, index) => {
    const tokens = active[index] ?? 0;
    return {
      weights: new Float32Array(row.length).fill(tokens === 0 ? 0 : 1 / (denominators[index] ?? 1)),
      skippable: tokens === 0 || (row.advantage === 0 && !everyRowCounts),
    };
  });
}

/** What the tokens of each row are divided by. */
function rowDenominators(active: readonly number[], options: AggregationOptions): number[] {
  switch (options.algorithm.aggregation) {
    case 'grpo':
      return active.map((tokens) => active.length * Math.max(1, tokens));
    case 'dapo': {
      const total = tokensOf(active);
      return active.map(() => total);
    }
    case 'dr_grpo':
      return active.map(() => active.length * options.maxCompletionLength);
    case 'bnpo':
      return microBatchDenominators(active, options.microBatches);
  }
}

function microBatchDenominators(active: readonly number[], microBatches: readonly (readonly number[])[]): number[] {
  const placed = microBatches.flat().sort((a, b) => a - b);
  if (placed.length !== active.length || placed.some((row, index) => row !== index)) {
    throw new RangeError(
      `bnpo needs each of ${active.length} rows in exactly one micro-batch, got rows ${placed.join()}`,
    );
  }
  const denominators = active.map(() => 1);
  for (const rows of microBatches) {
    const tokens = tokensOf(rows.map((row) => active[row] ?? 0));
    for (const row of rows) denominators[row] = microBatches.length * tokens;
  }
  return denominators;
}

/** At least 1, so that a batch in which everything is masked has a loss of 0. */
function tokensOf(active: readonly number[]): number {
  return Math.max(
    1,
    active.reduce((total, tokens) => total + tokens, 0),
  );
}
