/** Whether an experiment fits into the memory that a person lets engines take, said before its first step. */
import { inspectArchitecture } from '../model/inspect.ts';
import { memoryForecast } from '../model/memoryForecast.ts';
import { architectureOf } from '../model/registry.ts';
import { UserError } from '../protocol/errors.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { bytes } from '../words/format.ts';
import type { OpenedPolicy } from './openPolicy.ts';

type Settled = Pick<OpenedPolicy, 'model' | 'policy' | 'problems'>;

/**
 * By the estimate of `memoryForecast.ts`, with the longest row of the training problems and what the rollouts' cache may take. With gradient
 * checkpointing a pass takes less than that estimates, so nothing is refused.
 * @param limit in bytes
 * @throws UserError where it is more, with what to lower
 */
export function requireMemory(experiment: Experiment, { model, policy, problems }: Settled, limit: number): void {
  const { training, rollout, lora, full } = experiment;
  if (training.gradientCheckpointing) return;
  const architecture = architectureOf(model.folder.config);
  const contents = inspectArchitecture(architecture);
  const longestPrompt = problems.train.reduce((length, { tokens }) => Math.max(length, tokens.length), 0);
  const rowTokens = Math.min(policy.contextLength, longestPrompt + rollout.maxCompletionLength);
  const estimate = (microBatch: number): number => {
    const setting = { rows: microBatch, rowTokens, loraRank: lora?.rank ?? 0 };
    const forecast = memoryForecast(architecture, contents, setting);
    const rows = Math.min(rollout.maxRows, training.problemsPerStep * rollout.groupSize);
    return (full ? forecast.full : forecast.lora) + Math.min(policy.cache.maxBytes, rows * forecast.row);
  };
  if (estimate(training.microBatch) <= limit) return;
  // More rows take more: those that fit lie below `tooMany`.
  let [fitting, tooMany] = [0, training.microBatch];
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (estimate(middle) <= limit) fitting = middle;
    else tooMany = middle;
  }
  throw new UserError(
    `Training takes about ${bytes(estimate(training.microBatch))} (rows of up to ${rowTokens} tokens, ${training.microBatch} at once), ` +
      `and the memory limit is ${bytes(limit)}. ` +
      (fitting > 0
        ? `Set training.microBatch to ${fitting}, which changes results by rounding at most, or training.gradientCheckpointing to true, which changes none, or raise the limit.`
        : `Even one row at once takes about ${bytes(estimate(1))}: set training.gradientCheckpointing to true, lower rollout.maxCompletionLength, leave out long problems by ` +
          'dataset.filter.maxPromptTokens, take a smaller model, or raise the limit.'),
  );
}
