/** The update of one step: from scored completions and advantages to optimiser steps. */
import type { ComputeClient } from '../compute/client.ts';
import { aggregate } from '../grpo/aggregation.ts';
import { splitInOrder, splitMiniBatches } from '../grpo/batching.ts';
import type { SampledRow } from '../grpo/samplingMetrics.ts';
import type { UpdateOutcome } from '../grpo/updateOutcome.ts';
import type { ScoredCompletion } from '../protocol/completion.ts';
import type { TrainingRow } from '../protocol/compute.ts';
import type { Experiment } from '../protocol/experiment.ts';

/** A completion to train on, with its prompt's tokens. */
export interface CandidateRow {
  readonly scored: ScoredCompletion;
  readonly prompt: Int32Array;
  readonly advantage: number;
}

export interface UpdateResult {
  readonly outcomes: readonly UpdateOutcome[];
  readonly sampling: readonly SampledRow[];
  /** Tokens that went through forward and backward. */
  readonly tokensTrained: number;
}

/**
 * Makes `iterations` passes over the rows in `miniBatches` optimiser steps each. Rows without any loss term cost nothing and are
 * counted all the same: every denominator sees the whole mini-batch.
 */
export async function updatePolicy(
  compute: ComputeClient,
  experiment: Experiment,
  candidates: readonly CandidateRow[],
  step: number,
  learningRate: number,
): Promise<UpdateResult> {
  const { algorithm, training, rollout, optimizer } = experiment;
  const batches = splitMiniBatches(candidates.length, training.miniBatches).map((indices) =>
    weighted(
      indices.flatMap((index) => candidates[index] ?? []),
      experiment,
    ),
  );
  const prepared = await Promise.all(batches.map((batch) => withOtherPolicies(compute, experiment, batch)));

  const outcomes: UpdateOutcome[] = [];
  let tokensTrained = 0;
  for (let iteration = 0; iteration < training.iterations; iteration++) {
    for (const { rows, trained } of prepared) {
      if (trained.length === 0) {
        outcomes.push({ rows, trained, reply: NOTHING_TO_LEARN });
        continue;
      }
      const reply = await compute.request({
        kind: 'update',
        objective: 'policy',
        rows: trained.flatMap((index) => rows[index] ?? []),
        algorithm,
        temperature: rollout.temperature,
        microBatch: training.microBatch,
        optimizer,
        learningRate,
        step,
        iteration,
      });
      tokensTrained += reply.tokensTrained;
      outcomes.push({ rows, trained, reply });
    }
  }
  return { outcomes, sampling: sampledRows(outcomes.slice(0, prepared.length), candidates), tokensTrained };
}

interface MiniBatch {
  readonly rows: readonly TrainingRow[];
  /** Indices of the rows that have a loss term. */
  readonly trained: readonly number[];
}

/** A mini-batch in which every advantage is 0 moves nothing: the optimiser takes no step on it. */
const NOTHING_TO_LEARN = { loss: 0, gradNorm: 0, logprobs: [], entropies: [] };

function weighted(candidates: readonly CandidateRow[], { algorithm, training, rollout }: Experiment): MiniBatch {
  const shares = aggregate(
    candidates.map(({ scored, advantage }) => ({
      length: scored.completion.tokens.length,
      advantage,
      truncated: scored.completion.stopReason === 'length',
    })),
    {
      algorithm,
      maxCompletionLength: rollout.maxCompletionLength,
      microBatches: splitInOrder(
        candidates.map((_, index) => index),
        training.microBatch,
      ),
    },
  );
  const rows = candidates.map(({ scored, prompt, advantage }, index) => ({
    key: scored.completion.key,
    prompt,
    tokens: scored.completion.tokens,
    advantage,
    oldLogprobs: scored.completion.logprobs,
    referenceLogprobs: null,
    rolloutLogprobs: null,
    weights: shares[index]?.weights ?? new Float32Array(),
  }));
  return { rows, trained: rows.flatMap((_, index) => (shares[index]?.skippable ? [] : [index])) };
}

/**
 * Adds the log-probabilities under other policies that the loss asks for, before the first update changes the policy: the reference's
 * for a KL term, and for importance sampling those of the training graph, which then are the old ones beside the sampler's.
 */
async function withOtherPolicies(compute: ComputeClient, experiment: Experiment, batch: MiniBatch): Promise<MiniBatch> {
  const { algorithm, rollout, training } = experiment;
  if (algorithm.beta === 0 && !algorithm.importanceSampling) return batch;
  const rows = [...batch.rows];
  const chosen = batch.trained.flatMap((index) => rows[index] ?? []);
  const score = async (policy: 'current' | 'reference') =>
    (
      await compute.request({
        kind: 'score',
        policy,
        rows: chosen,
        temperature: rollout.temperature,
        microBatch: training.microBatch,
      })
    ).logprobs;
  const reference = algorithm.beta > 0 ? await score('reference') : null;
  const current = algorithm.importanceSampling ? await score('current') : null;
  for (const [position, index] of batch.trained.entries()) {
    const row = rows[index];
    if (!row) continue;
    rows[index] = {
      ...row,
      referenceLogprobs: reference?.[position] ?? null,
      oldLogprobs: current?.[position] ?? row.oldLogprobs,
      rolloutLogprobs: current ? row.oldLogprobs : null,
    };
  }
  return { rows, trained: batch.trained };
}

/** What the training graph says of the sampled tokens before the first update, beside what they were drawn with. */
function sampledRows(firstPass: readonly UpdateOutcome[], candidates: readonly CandidateRow[]): SampledRow[] {
  const [first] = firstPass;
  if (!first) return [];
  return first.trained.flatMap((index, position) => {
    const trainingLogprobs = first.reply.logprobs[position];
    const sampledLogprobs = candidates[index]?.scored.completion.sampledLogprobs;
    return trainingLogprobs && sampledLogprobs ? [{ trainingLogprobs, sampledLogprobs }] : [];
  });
}
