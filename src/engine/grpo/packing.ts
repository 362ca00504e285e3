/** From training rows to the inputs of a training or scoring graph. */
import type { Tensor } from '../onnx/session.ts';
import type { TrainingRow, UpdatedRow } from '../protocol/compute.ts';
import type { AlgorithmConfig } from '../protocol/experiment.ts';
import { uniform } from '../random/keyed.ts';
import { importanceCorrections } from './importanceSampling.ts';
import { INPUTS } from './trainingGraph.ts';

/** Prompt and completion of one row. */
export interface Sequence {
  readonly prompt: Int32Array;
  readonly tokens: Int32Array;
}

/** A sequence with the name that its dropout masks are drawn by. */
export type KeyedSequence = Sequence & Pick<TrainingRow, 'key'>;

/**
 * Sequences padded on the right, and where in them completion tokens are predicted: the hidden state at position t predicts token
 * t + 1, so those of a completion start at the prompt's last token.
 */
export function packSequences(rows: readonly Sequence[], temperature: number): Record<string, Tensor> {
  const time = Math.max(...rows.map((row) => row.prompt.length + row.tokens.length));
  const tokens = new BigInt64Array(rows.length * time);
  const count = rows.reduce((sum, row) => sum + row.tokens.length, 0);
  const picked = new BigInt64Array(count);
  const targets = new BigInt64Array(count);
  let next = 0;
  for (const [index, { prompt, tokens: completion }] of rows.entries()) {
    const start = index * time;
    for (const [position, token] of prompt.entries()) tokens[start + position] = BigInt(token);
    for (const [position, token] of completion.entries()) {
      tokens[start + prompt.length + position] = BigInt(token);
      picked[next] = BigInt(start + prompt.length + position - 1);
      targets[next++] = BigInt(token);
    }
  }
  return {
    [INPUTS.tokens]: { data: tokens, dims: [rows.length, time] },
    [INPUTS.picked]: { data: picked, dims: [count] },
    [INPUTS.targets]: { data: targets, dims: [count] },
    [INPUTS.temperature]: { data: Float32Array.of(temperature), dims: [] },
  };
}

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
  const { importanceSampling } = algorithm;
  if (importanceSampling)
    feeds[INPUTS.corrections] = perToken((row) =>
      importanceCorrections(
        row.oldLogprobs,
        required(row.rolloutLogprobs, "the sampler's log-probabilities"),
        importanceSampling,
      ),
    );
  if (algorithm.tokenLoss === 'gspo') feeds[INPUTS.rowMeans] = rowMeans(rows);
  return feeds;
}

/**
 * A random key per position for dropout, int64 `[rows * time]` in 1 .. 2^31 - 2, from the row's name, so that a token's mask does not
 * depend on its micro-batch; passes over the same rows draw anew.
 */
export function packDropoutKeys(rows: readonly KeyedSequence[], seed: number, iteration: number): Tensor {
  const time = Math.max(...rows.map((row) => row.prompt.length + row.tokens.length));
  const keys = new BigInt64Array(rows.length * time).fill(1n);
  for (const [index, row] of rows.entries()) {
    const length = row.prompt.length + row.tokens.length;
    for (let position = 0; position < length; position++)
      keys[index * time + position] = BigInt(
        1 + Math.floor(uniform(seed, 'dropout', row.key, iteration * MAX_TIME + position) * MAX_KEY),
      );
  }
  return { data: keys, dims: [rows.length * time] };
}

/** Positions that one pass may use up in the random numbers' token field: beyond any context. */
const MAX_TIME = 2 ** 20;
const MAX_KEY = 2 ** 31 - 2;

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
export function unpack(values: Float32Array, rows: readonly Sequence[]): Float32Array[] {
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
