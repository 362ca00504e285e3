/** From training rows to what a loss needs beside the sequences (`packedSequences.ts`). */
import type { Tensor } from '../onnx/session.ts';
import type { TrainingRow, UpdatedRow } from '../protocol/compute.ts';
import type { AlgorithmConfig } from '../protocol/experiment.ts';
import { INPUTS } from './trainingGraph.ts';

/** The aggregation's weight of every completion token, `[picked]`: all that supervised training needs beside the sequences. */
export function packWeights(rows: readonly TrainingRow[]): Tensor {
  return vector(concatenate(rows.map((row) => row.weights)));
}

/** What the model said of the tokens of rows that went through it. */
export function packPredictions(rows: readonly UpdatedRow[]): Record<string, Tensor> {
  return {
    [INPUTS.logprobs]: vector(concatenate(rows.map((row) => row.logprobs))),
    [INPUTS.entropies]: vector(concatenate(rows.map((row) => row.entropies))),
  };
}

/** What a policy loss needs beside the sequences. */
export function packLossTerms(rows: readonly TrainingRow[], algorithm: AlgorithmConfig): Record<string, Tensor> {
  const perToken = (values: (row: TrainingRow) => Float32Array): Tensor => vector(concatenate(rows.map(values)));
  const feeds: Record<string, Tensor> = {
    [INPUTS.weights]: packWeights(rows),
    [INPUTS.advantages]: perToken((row) => new Float32Array(row.tokens.length).fill(row.advantage)),
    [INPUTS.oldLogprobs]: perToken((row) => row.oldLogprobs),
  };
  if (algorithm.beta > 0)
    feeds[INPUTS.referenceLogprobs] = perToken((row) =>
      required(row.referenceLogprobs, 'reference log-probabilities for the KL term'),
    );
  if (algorithm.importanceSampling !== false)
    feeds[INPUTS.rolloutLogprobs] = perToken((row) => required(row.rolloutLogprobs, "the sampler's log-probabilities"));
  if (algorithm.tokenLoss === 'gspo') feeds[INPUTS.rowMeans] = rowMeans(rows);
  return feeds;
}

/** `[rows, picked]`: 1 / |o_i| at the tokens of row i. */
function rowMeans(rows: readonly TrainingRow[]): Tensor {
  const picked = rows.reduce((sum, row) => sum + row.tokens.length, 0);
  const data = new Float32Array(rows.length * picked);
  let start = 0;
  for (const [index, { tokens }] of rows.entries()) {
    data.fill(1 / tokens.length, index * picked + start, index * picked + start + tokens.length);
    start += tokens.length;
  }
  return { data, dims: [rows.length, picked] };
}

/** Splits a `[picked]` output into one array per row. */
export function unpack(values: Float32Array, rows: readonly Pick<TrainingRow, 'tokens'>[]): Float32Array[] {
  let start = 0;
  return rows.map(({ tokens }) => values.slice(start, (start += tokens.length)));
}

function vector(data: Float32Array): Tensor {
  return { data, dims: [data.length] };
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    joined.set(part, start);
    start += part.length;
  }
  return joined;
}

function required<T>(value: T | null, what: string): T {
  if (value === null) throw new Error(`a training row lacks ${what}`);
  return value;
}
