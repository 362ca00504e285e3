/** What one optimiser step leaves behind for the metrics. */
import type { TrainingRow, UpdateReply } from '../protocol/compute.ts';

/** One optimiser step: an iteration over one mini-batch. */
export interface UpdateOutcome {
  /** Every row of the mini-batch. */
  readonly rows: readonly TrainingRow[];
  /** Indices into `rows` of those that went through the model, in the reply's order; the others have no loss term. */
  readonly trained: readonly number[];
  readonly reply: Pick<UpdateReply, 'loss' | 'gradNorm' | 'logprobs' | 'entropies'>;
}

/** A row that went through the model, with what came out per token, under the policy before the update. */
export interface TrainedRow {
  readonly row: TrainingRow;
  readonly logprobs: Float32Array;
  readonly entropies: Float32Array;
}

/** Whether a row is in the loss at all; a masked row has no weight on any token. */
export function isActive(row: TrainingRow): boolean {
  return row.weights.some((weight) => weight !== 0);
}

/**
 * The rows that are in the loss and went through the model.
 * @throws RangeError where the reply does not fit the rows.
 */
export function trainedRows({ rows, trained, reply }: UpdateOutcome): TrainedRow[] {
  return trained.flatMap((index, position) => {
    const row = rows[index];
    const logprobs = reply.logprobs[position];
    const entropies = reply.entropies[position];
    if (row === undefined || logprobs?.length !== row.tokens.length || entropies?.length !== row.tokens.length) {
      throw new RangeError(`the update's reply does not fit row ${index}, entry ${position} of ${trained.length}`);
    }
    return isActive(row) ? [{ row, logprobs, entropies }] : [];
  });
}
