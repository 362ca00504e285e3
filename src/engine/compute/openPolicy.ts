/** From a model folder to the policy that is trained and the one it is compared with. */
import { join } from 'node:path';
import { freshAdapter, trainableAdapter, type TrainableAdapter } from '../model/adapter.ts';
import type { Model } from '../model/loadModel.ts';
import { openModelFolder, requireTensor } from '../model/modelFolder.ts';
import { fedParameters, frozenParameters } from '../model/parameters.ts';
import { readAdapter } from '../model/peft.ts';
import type { Policy, TrainableTensor } from '../model/policy.ts';
import type { OptimizerState } from '../grpo/learner.ts';
import { readSafetensors, readTensor } from '../model/tensorData.ts';
import { WeightArena } from '../model/weightArena.ts';
import type { LoadRequest } from '../protocol/compute.ts';
import type { AdapterOptions } from '../protocol/experiment.ts';

/** Beside the weights in a saved folder. */
export const OPTIMIZER_FILE = 'optimizer.safetensors';

export interface LoadedPolicy {
  readonly current: Policy;
  /** The policy as the run began: the same weights without the adapter, the adapter it continued from, or the model's files. */
  readonly reference: Policy;
  /** Where the weights of full fine-tuning lie; null with an adapter. */
  readonly weights: WeightArena | null;
  /** null in full fine-tuning. */
  readonly adapter: TrainableAdapter | null;
  /** Of the saved state that is continued; null for a fresh start. */
  readonly optimizerState: OptimizerState | null;
}

/** Opens the policy of a request, from its saved state where it has one. */
export async function openPolicy(
  model: Model,
  {
    lora,
    state,
    seed,
    baseModel = model.folder.path,
  }: Pick<LoadRequest, 'state' | 'seed' | 'baseModel'> & { readonly lora: AdapterOptions | null },
): Promise<LoadedPolicy> {
  const { architecture, weightsFolder, matrices } = model;
  const frozen = { architecture, weightsFolder, matrices, parameters: frozenParameters(model.weights) };
  const optimizerState = state === null ? null : () => readOptimizer(state);
  if (lora === null) {
    const weights = await readWeights(model, state);
    return {
      current: { ...frozen, parameters: fedParameters(), adapter: null, trainable: weights.tensors },
      weights,
      reference: { ...frozen, adapter: null, trainable: new Map() },
      adapter: null,
      optimizerState,
    };
  }
  const given = lora.from === undefined ? null : await adapterIn(model, lora.from, lora.dropout);
  const adapter =
    state === null
      ? (given ?? freshAdapter(model.contents.linears, lora, seed, baseModel))
      : await adapterIn(model, state, lora.dropout);
  return {
    current: { ...frozen, adapter: adapter.layout, trainable: adapter.tensors },
    reference: given
      ? { ...frozen, adapter: { ...given.layout, dropout: 0 }, trainable: copied(given.tensors) }
      : { ...frozen, adapter: null, trainable: new Map() },
    weights: null,
    adapter,
    optimizerState,
  };
}

async function adapterIn(model: Model, folder: string, dropout: number): Promise<TrainableAdapter> {
  return trainableAdapter(model.contents.linears, await readAdapter(folder), dropout);
}

/** Every parameter in memory, from a saved Hugging Face folder or the model's own. */
async function readWeights(model: Model, state: string | null): Promise<WeightArena> {
  const folder = state === null ? model.folder : await openModelFolder(state);
  const arena = new WeightArena(model.contents.parameters);
  for (const [name, { shape, data }] of arena.tensors) {
    const location = requireTensor(folder, model.storedNames.get(name) ?? name, shape);
    data.set(await readTensor(location.file, location));
  }
  return arena;
}

async function readOptimizer(folder: string): Promise<ReadonlyMap<string, Float32Array>> {
  const tensors = await readSafetensors(join(folder, OPTIMIZER_FILE));
  return new Map(Array.from(tensors, ([name, { data }]) => [name, data]));
}

function copied(tensors: ReadonlyMap<string, TrainableTensor>): Map<string, TrainableTensor> {
  return new Map(Array.from(tensors, ([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
}
