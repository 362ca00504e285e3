/** The update of one step: from scored completions and advantages to optimiser steps. */
import type { Compute } from '../compute/compute.ts';
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
  compute: Compute,
  experiment: Experiment,
  candidates: readonly CandidateRow[],
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
  const onPolicy = oldPolicyOf(experiment) === 'update';

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
        onPolicy,
        temperature: rollout.temperature,
        microBatch: training.microBatch,
        gradientCheckpointing: training.gradientCheckpointing,
        optimizer,
        learningRate,
        iteration,
      });
      tokensTrained += reply.tokensTrained;
      outcomes.push({ rows: onPolicy ? withOldLogprobs({ rows, trained }, reply.logprobs) : rows, trained, reply });
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
 * Who says the old policy's log-probabilities: the sampler, where what it samples from is the policy that is trained. That is not quite
 * so with importance sampling, which corrects for the difference, and with dropout, whose masks would else make the first update look
 * off-policy. There a step's only update takes its own, and several are compared with a scoring pass before the first.
 */
function oldPolicyOf({ algorithm, lora, training }: Experiment): 'sampler' | 'update' | 'scoring' {
  if (algorithm.importanceSampling === false && (lora?.dropout ?? 0) === 0) return 'sampler';
  return training.iterations === 1 && training.miniBatches === 1 ? 'update' : 'scoring';
}

/** The rows with what an update said of them before it changed the policy. @param logprobs of the trained ones */
function withOldLogprobs({ rows, trained }: MiniBatch, logprobs: readonly Float32Array[]): TrainingRow[] {
  const said = new Map(trained.map((index, position) => [index, logprobs[position]]));
  return rows.map((row, index) => ({ ...row, oldLogprobs: said.get(index) ?? row.oldLogprobs }));
}

/**
 * Adds the log-probabilities under other policies that the loss asks for, before the first update changes the policy: the reference's
 * for a KL term, and those of the old policy where no sampler or update says them.
 */
async function withOtherPolicies(
  compute: Compute,
  experiment: Experiment,
  { rows, trained }: MiniBatch,
): Promise<MiniBatch> {
  // A policy that nobody asks is not loaded.
  if (trained.length === 0) return { rows, trained };
  const { algorithm, rollout, training, lora } = experiment;
  const chosen = trained.flatMap((index) => rows[index] ?? []);
  const score = async (policy: 'current' | 'reference', dropout: boolean) => {
    const { temperature } = rollout;
    const { microBatch } = training;
    const request = {
      kind: 'score',
      policy,
      rows: chosen,
      temperature,
      microBatch,
      dropout,
      requireFinite: true,
    } as const;
    return (await compute.request(request)).logprobs;
  };
  const reference = algorithm.beta > 0 ? await score('reference', false) : null;
  const current = oldPolicyOf(experiment) === 'scoring' ? await score('current', (lora?.dropout ?? 0) > 0) : null;
  const extended = [...rows];
  for (const [position, index] of trained.entries()) {
    const row = rows[index];
    if (!row) continue;
    extended[index] = {
      ...row,
      referenceLogprobs: reference?.[position] ?? null,
      oldLogprobs: current?.[position] ?? row.oldLogprobs,
      rolloutLogprobs: algorithm.importanceSampling === false ? null : row.oldLogprobs,
    };
  }
  return { rows: extended, trained };
}

/**
 * Training and sampling policy on the same tokens before any update: as the correction saw them where there is one, else as the first
 * update did.
 */
function sampledRows(outcomes: readonly UpdateOutcome[], candidates: readonly CandidateRow[]): SampledRow[] {
  const corrected = outcomes.flatMap(({ rows, trained }) =>
    trained.flatMap((index) => {
      const row = rows[index];
      return row?.rolloutLogprobs ? [{ trainingLogprobs: row.oldLogprobs, rolloutLogprobs: row.rolloutLogprobs }] : [];
    }),
  );
  if (corrected.length > 0) return corrected;
  const [first] = outcomes;
  if (!first) return [];
  return first.trained.flatMap((index, position) => {
    const trainingLogprobs = first.reply.logprobs[position];
    // The first mini-batch begins with the first candidate.
    const rolloutLogprobs = candidates[index]?.scored.completion.logprobs;
    return trainingLogprobs && rolloutLogprobs ? [{ trainingLogprobs, rolloutLogprobs }] : [];
  });
}
