/** Shapes of known models, as their `config.json` has them, and what is done with each of them. */
import type { QuantizedForm } from '../../src/engine/model/quantizedWeights.ts';
import type { ModelConfig, StoredAs } from '../randomModel.ts';

export interface ModelRow {
  readonly name: string;
  readonly config: ModelConfig;
  readonly storedAs: StoredAs;
  readonly base: 'float32' | QuantizedForm;
  /** `step`: a whole step of a LoRA adapter. `decode`: the model is loaded and continues a prompt. */
  readonly work: 'step' | 'decode';
  readonly gradientCheckpointing: boolean;
  /** What the peak may come to in bytes, where something was promised. */
  readonly memoryLimit?: number;
}

const gpt2 = (n_embd: number, n_layer: number, n_head: number): ModelConfig => ({
  ...{ model_type: 'gpt2', vocab_size: 50257, n_positions: 1024, eos_token_id: 50256 },
  ...{ n_embd, n_layer, n_head },
});

const QWEN_05B: ModelConfig = {
  ...{ model_type: 'qwen2', vocab_size: 151936, max_position_embeddings: 32768, eos_token_id: 151643 },
  ...{ hidden_size: 896, intermediate_size: 4864, num_hidden_layers: 24 },
  ...{ num_attention_heads: 14, num_key_value_heads: 2 },
  ...{ rms_norm_eps: 1e-6, rope_theta: 1e6, hidden_act: 'silu', tie_word_embeddings: true },
};

const TINY_LLAMA: ModelConfig = {
  ...{ model_type: 'llama', vocab_size: 32000, max_position_embeddings: 2048, eos_token_id: 2 },
  ...{ hidden_size: 2048, intermediate_size: 5632, num_hidden_layers: 22 },
  ...{ num_attention_heads: 32, num_key_value_heads: 4 },
  ...{ rms_norm_eps: 1e-5, rope_theta: 1e4, hidden_act: 'silu', tie_word_embeddings: false },
};

const LLAMA_7B: ModelConfig = {
  ...{ model_type: 'llama', vocab_size: 32000, max_position_embeddings: 4096, eos_token_id: 2 },
  ...{ hidden_size: 4096, intermediate_size: 11008, num_hidden_layers: 32 },
  ...{ num_attention_heads: 32, num_key_value_heads: 32 },
  ...{ rms_norm_eps: 1e-5, rope_theta: 1e4, hidden_act: 'silu', tie_word_embeddings: false },
};

const STEP = { work: 'step', storedAs: 'BF16', base: 'float32', gradientCheckpointing: false } as const;
const GPT2 = { ...STEP, storedAs: 'F32' } as const;

export const MODEL_ROWS: readonly ModelRow[] = [
  { ...GPT2, name: 'gpt2-medium', config: gpt2(1024, 24, 16) },
  { ...GPT2, name: 'gpt2-medium-checkpointing', config: gpt2(1024, 24, 16), gradientCheckpointing: true },
  { ...GPT2, name: 'gpt2-large', config: gpt2(1280, 36, 20) },
  { ...STEP, name: 'qwen2.5-0.5b', config: QWEN_05B },
  { ...STEP, name: 'qwen2.5-0.5b-int8', config: QWEN_05B, base: 'int8' },
  { ...STEP, name: 'tinyllama-1.1b-int8', config: TINY_LLAMA, base: 'int8' },
  { ...STEP, name: 'tinyllama-1.1b-int4', config: TINY_LLAMA, base: 'int4', gradientCheckpointing: true },
  { ...STEP, name: 'llama-7b-int4', config: LLAMA_7B, base: 'int4', work: 'decode', memoryLimit: 12e9 },
];
