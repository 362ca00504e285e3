/** How other trainers count the rows of a step. */
import type { Experiment } from '../protocol/experiment.ts';

export interface Batches {
  /** Completions in a rollout batch. */
  readonly rows: number;
  /** Rows in one forward and backward pass: as many as `microBatch` allows that divide those of an optimiser step. */
  readonly perPass: number;
  /** Passes that are summed for an optimiser step. */
  readonly accumulated: number;
  /** Optimiser steps for each of our steps. */
  readonly optimizerSteps: number;
}

export function batchesOf({ training, rollout }: Pick<Experiment, 'training' | 'rollout'>): Batches {
  const rows = training.problemsPerStep * rollout.groupSize;
  // An experiment whose mini-batches are not of one size is refused.
  const perStep = rows / training.miniBatches;
  let perPass = Math.min(training.microBatch, perStep);
  while (perStep % perPass !== 0) perPass--;
  return {
    rows,
    perPass,
    accumulated: perStep / perPass,
    optimizerSteps: training.iterations * training.miniBatches,
  };
}
