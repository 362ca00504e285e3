/** Metrics of the optimiser steps of one training step. Names and, where nothing else is said, definitions are TRL's. */
import type { AlgorithmConfig } from '../protocol/experiment.ts';
import type { Metrics } from '../protocol/metrics.ts';
import { clipMetrics } from './clipMetrics.ts';
import { k3 } from './logRatio.ts';
import { mean } from './moments.ts';
import { trainedRows } from './updateOutcome.ts';
import type { TrainedRow, UpdateOutcome } from './updateOutcome.ts';

/**
 * Of policy updates: those of `lossMetrics`, the clip ratios (clipMetrics.ts), `completions/learned_from_frac`: the share of completions that
 * have an advantage and were not cut out of the loss (`maskTruncated`); and, where there is a reference, `kl`: the mean over tokens of the k3
 * estimate, whichever estimator the loss uses, so that runs compare.
 */
export function updateMetrics(
  outcomes: readonly UpdateOutcome[],
  algorithm: Pick<AlgorithmConfig, 'tokenLoss' | 'clip'>,
): Metrics {
  const kl = tokenMean(outcomes, ({ row, logprobs }, token) => {
    const logprob = logprobs[token];
    const reference = row.referenceLogprobs?.[token];
    return logprob === undefined || reference === undefined ? undefined : k3(logprob, reference);
  });
  const rows = outcomes.flatMap((outcome) => outcome.rows);
  const learnedFrom = rows.filter(({ advantage, weights }) => advantage !== 0 && weights.some((weight) => weight > 0));
  return {
    ...lossMetrics(outcomes),
    ...(rows.length === 0 ? {} : { 'completions/learned_from_frac': learnedFrom.length / rows.length }),
    ...(kl === null ? {} : { kl }),
    ...clipMetrics(outcomes, algorithm),
  };
}

/**
 * Of any updates, supervised ones included. `loss` and `grad_norm` (before clipping): mean over the optimiser steps; where there are
 * several, `grad_norm_max` is the largest, which the mean may hide. `entropy`: mean over the tokens that went through the model. Rows left out for want of a loss term have no entropy; TRL computes it all the same,
 * so the two agree where no row is left out (a KL term, an entropy bonus, or variance in every group).
 */
export function lossMetrics(outcomes: readonly UpdateOutcome[]): Metrics {
  if (outcomes.length === 0) return {};
  const norms = outcomes.map(({ reply }) => reply.gradNorm);
  const entropy = tokenMean(outcomes, ({ entropies }, token) => entropies[token]);
  return {
    loss: mean(outcomes.map(({ reply }) => reply.loss)),
    grad_norm: mean(norms),
    ...(norms.length === 1 ? {} : { grad_norm_max: Math.max(...norms) }),
    ...(entropy === null ? {} : { entropy }),
  };
}

/** Mean over all tokens of all updates for which there is a value; null where there is none. */
function tokenMean(
  outcomes: readonly UpdateOutcome[],
  valueOf: (row: TrainedRow, token: number) => number | undefined,
): number | null {
  let total = 0;
  let count = 0;
  for (const trained of outcomes.flatMap(trainedRows)) {
    for (let token = 0; token < trained.row.tokens.length; token += 1) {
      const value = valueOf(trained, token);
      if (value === undefined) continue;
      total += value;
      count += 1;
    }
  }
  return count === 0 ? null : total / count;
}
