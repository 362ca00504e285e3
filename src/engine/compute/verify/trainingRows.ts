/** The reference's rows as the learner takes them. */
import { aggregate } from '../../grpo/aggregation.ts';
import { splitInOrder } from '../../grpo/batching.ts';
import type { CompletionKey } from '../../protocol/completion.ts';
import type { TrainingRow, UpdateRequest } from '../../protocol/compute.ts';
import type { OptimizerConfig } from '../../protocol/experiment.ts';
import { BNPO_MICRO_BATCH, type LossCase } from './lossCases.ts';
import { completionValues, rowValues, type Reference } from './reference.ts';

/** What a reference must have for a loss; the names of tensors that are missing. */
export function missingFor({ algorithm, objective, onPolicy }: LossCase, { tensors }: Reference): string[] {
  const needed =
    objective === 'sft'
      ? []
      : [
          'advantages',
          ...(onPolicy ? [] : ['old_logprobs']),
          ...(algorithm.beta > 0 ? ['ref_logprobs'] : []),
          ...(algorithm.importanceSampling ? ['rollout_logprobs'] : []),
        ];
  return needed.filter((name) => !tensors.has(name));
}

/** @param current log-probabilities under the policy, the old ones of an on-policy loss */
export function trainingRows(
  reference: Reference,
  lossCase: LossCase,
  current: readonly Float32Array[],
): TrainingRow[] {
  const { rows, numbers } = reference;
  const advantages = rowValues(reference, 'advantages');
  const old = lossCase.onPolicy ? current : completionValues(reference, 'old_logprobs');
  const referenceLogprobs = completionValues(reference, 'ref_logprobs');
  const rollout = completionValues(reference, 'rollout_logprobs');
  const aggregated = aggregate(
    rows.map(({ tokens }, row) => ({
      length: tokens.length,
      advantage: advantages?.[row] ?? 0,
      truncated: row === lossCase.truncatedRow,
    })),
    {
      algorithm: lossCase.algorithm,
      maxCompletionLength: numbers.max_completion_length,
      microBatches: splitInOrder([...rows.keys()], BNPO_MICRO_BATCH),
    },
  );
  return rows.map(({ prompt, tokens }, row) => ({
    key: referenceKey(reference, row),
    prompt,
    tokens,
    advantage: advantages?.[row] ?? 0,
    oldLogprobs: old?.[row] ?? new Float32Array(tokens.length),
    referenceLogprobs: referenceLogprobs?.[row] ?? null,
    rolloutLogprobs: rollout?.[row] ?? null,
    weights: aggregated[row]?.weights ?? new Float32Array(tokens.length),
  }));
}

/** The name of a row, of which so many in a row are a group. */
export function referenceKey({ numbers }: Pick<Reference, 'numbers'>, row: number): CompletionKey {
  const { group_size: size } = numbers;
  return { step: 1, problem: Math.floor(row / size), occurrence: 0, round: 0, sample: row % size };
}

export interface OptimizerStep {
  readonly optimizer: OptimizerConfig;
  readonly microBatch: number;
}

/** A request of the learner for these rows. */
export function updateRequest(
  { objective, algorithm, temperature }: LossCase,
  rows: readonly TrainingRow[],
  { optimizer, microBatch }: OptimizerStep,
): UpdateRequest {
  const { learningRate } = optimizer;
  return {
    kind: 'update',
    objective,
    rows,
    algorithm,
    onPolicy: false,
    temperature,
    microBatch,
    gradientCheckpointing: false,
    optimizer,
    learningRate,
    iteration: 0,
  };
}
