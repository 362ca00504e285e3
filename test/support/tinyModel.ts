/** Model folders that are quick to train: one layer, 16 features, random weights, and the tokenizer of the fixtures. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspectArchitecture } from '../../src/engine/model/inspect.ts';
import { architectureOf } from '../../src/engine/model/registry.ts';
import { writeSafetensors } from '../../src/engine/model/safetensorsWriter.ts';
import { uniforms } from '../../src/engine/random/keyed.ts';
import { demoTokenizer } from './tokenizers.ts';

/** As many as the tokenizer has. */
const VOCABULARY = 188;
export const CONTEXT_LENGTH = 48;

const configurations = {
  gpt2: {
    model_type: 'gpt2',
    architectures: ['GPT2LMHeadModel'],
    vocab_size: VOCABULARY,
    n_positions: CONTEXT_LENGTH,
    n_embd: 16,
    n_layer: 1,
    n_head: 2,
    eos_token_id: 1,
  },
  llama: {
    model_type: 'llama',
    architectures: ['LlamaForCausalLM'],
    vocab_size: VOCABULARY,
    max_position_embeddings: CONTEXT_LENGTH,
    hidden_size: 16,
    intermediate_size: 24,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    num_key_value_heads: 1,
    tie_word_embeddings: false,
    eos_token_id: 1,
  },
} as const;

export type TinyModel = keyof typeof configurations;

/** Wide enough that the model has preferences, narrow enough that every token stays possible. */
const WEIGHT_RANGE = 0.4;

/** Writes a model folder; equal seeds make equal models. */
export async function writeTinyModel(folder: string, name: TinyModel, seed = 1): Promise<void> {
  const config = configurations[name];
  const { parameters } = inspectArchitecture(architectureOf(config));
  mkdirSync(folder, { recursive: true });
  for (const file of ['tokenizer.json', 'tokenizer_config.json']) cpSync(join(demoTokenizer, file), join(folder, file));
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const tensors = Array.from(parameters, ([tensor, shape], index) => {
    const next = uniforms(seed, 'init', [index]);
    const centre = isGain(tensor) ? 1 : 0;
    const size = shape.reduce((product, length) => product * length, 1);
    return {
      name: tensor,
      shape,
      data: Float32Array.from({ length: size }, () => centre + (2 * next() - 1) * WEIGHT_RANGE),
    };
  });
  await writeSafetensors(join(folder, 'model.safetensors'), tensors, { format: 'pt' });
}

/** Whether a tensor is the gain of a norm, which is about 1. */
function isGain(tensor: string): boolean {
  return /(?:norm|ln_[12f])\.weight$/.test(tensor);
}
