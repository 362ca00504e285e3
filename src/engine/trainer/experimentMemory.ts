/** What an experiment takes in memory at most, by the forecast of `model/memoryForecast.ts`. */
import { inspectArchitecture } from '../model/inspect.ts';
import { trainingMemory, type WeightForm } from '../model/memoryForecast.ts';
import { architectureOf } from '../model/registry.ts';
import type { LoadReply } from '../protocol/compute.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { screenSize } from '../protocol/screening.ts';
import type { OpenedModel } from './openPolicy.ts';
import { decodeWidth, longestPrompt, type RowFacts } from './preflight/rows.ts';

/** What is known of an experiment before its first step. */
export interface MemoryFacts extends RowFacts {
  readonly model: { readonly folder: Pick<OpenedModel['folder'], 'config'> };
  readonly policy: Pick<LoadReply, 'contextLength' | 'cache'>;
}

/** Bytes, by the rows of a micro-batch, each as long as the longest that can come. */
export function experimentMemory(experiment: Experiment, facts: MemoryFacts): (microBatch: number) => number {
  const { training, rollout, lora, full } = experiment;
  const { contextLength, cache } = facts.policy;
  const architecture = architectureOf(facts.model.folder.config);
  const contents = inspectArchitecture(architecture);
  const promptTokens = longestPrompt(facts);
  const completionTokens = Math.min(contextLength, rollout.maxCompletionLength);
  const base: WeightForm = (full ? null : lora?.base) ?? 'float32';
  const decoded = decodeWidth(experiment, facts)(training.problemsPerStep, rollout.groupSize).bytes;
  const kept =
    screenSize(experiment) > 0
      ? Math.min(cache.maxKeptBytes, training.problemsPerStep * promptTokens * cache.bytesPerToken)
      : 0;
  return (microBatch) => {
    const memory = trainingMemory(architecture, contents, {
      ...{ base, rolloutWeights: rollout.weights, loraRank: lora?.rank ?? 0 },
      // A prompt stands once before the rows of its group.
      pass: { ...passOf(microBatch, rollout.groupSize), promptTokens, completionTokens },
      gradientCheckpointing: training.gradientCheckpointing,
    });
    return (full ? memory.full : memory.lora) + decoded + kept;
  };
}

function passOf(rows: number, groupSize: number): { readonly prompts: number; readonly width: number } {
  return rows <= groupSize ? { prompts: 1, width: rows } : { prompts: rows / groupSize, width: groupSize };
}
