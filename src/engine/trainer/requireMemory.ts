/** Whether an experiment fits into the memory that a person lets engines take, said before its first step. */
import { UserError } from '../protocol/errors.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { bytes } from '../words/format.ts';
import { experimentMemory, type MemoryFacts } from './experimentMemory.ts';
import { longestRow } from './preflight/rows.ts';

/**
 * By the forecast of `experimentMemory.ts`.
 * @param limit in bytes
 * @throws UserError where it is more, with what to lower
 */
export function requireMemory(experiment: Experiment, facts: MemoryFacts, limit: number): void {
  const { microBatch, gradientCheckpointing } = experiment.training;
  const estimate = experimentMemory(experiment, facts);
  if (estimate(microBatch) <= limit) return;
  // More rows take more: those that fit lie below `tooMany`.
  let [fitting, tooMany] = [0, microBatch];
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (estimate(middle) <= limit) fitting = middle;
    else tooMany = middle;
  }
  // Under `bnpo` each micro-batch is a mean of its own.
  const harmless = experiment.algorithm.aggregation === 'bnpo' ? '' : ', which changes results by rounding at most';
  const checkpointing = gradientCheckpointing ? '' : 'training.gradientCheckpointing to true, which changes none, or ';
  const advice =
    fitting > 0
      ? `Set training.microBatch to ${fitting}${harmless}, or ${checkpointing}raise the limit.`
      : `Even one row at once takes about ${bytes(estimate(1))}: ${smaller(experiment)}.`;
  throw new UserError(
    `Training takes about ${bytes(estimate(microBatch))} (rows of up to ${longestRow(experiment, facts)} tokens, ${microBatch} at once), ` +
      `and the memory limit is ${bytes(limit)}. ${advice}`,
  );
}

/** What takes less where one row at once is too much. */
function smaller({ training, lora, full }: Experiment): string {
  return [
    ...(training.gradientCheckpointing ? [] : ['set training.gradientCheckpointing to true']),
    ...(!full && lora?.base === 'float32' ? ['hold the base in few bits (lora.base "int8" or "int4")'] : []),
    'lower rollout.maxCompletionLength',
    'leave out long problems by dataset.filter.maxPromptTokens',
    'take a smaller model',
    'or raise the limit',
  ].join(', ');
}
