import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspectArchitecture } from './inspect.ts';
import {
  memoryForecast,
  parameterCount,
  trainingMemory,
  type ForecastSetting,
  type TrainingMemory,
} from './memoryForecast.ts';
import { architectureOf } from './registry.ts';

const GIB = 2 ** 30;
const GPT2 = {
  ...{ model_type: 'gpt2', n_embd: 768, n_layer: 12, n_head: 12, n_positions: 1024, vocab_size: 50257 },
  ...{ layer_norm_epsilon: 1e-5, activation_function: 'gelu_new' },
};
const LLAMA = { model_type: 'llama', rms_norm_eps: 1e-5, hidden_act: 'silu', tie_word_embeddings: false };

const SETTING: ForecastSetting = {
  ...{ base: 'float32', rolloutWeights: 'float32', loraRank: 16, gradientCheckpointing: false },
  // 1,544 tokens in a group of 8, in two passes.
  pass: { prompts: 1, promptTokens: 65, width: 4, completionTokens: 128 },
};

function training(changes: Partial<ForecastSetting> = {}, config: object = GPT2): TrainingMemory {
  const architecture = architectureOf({ ...config });
  return trainingMemory(architecture, inspectArchitecture(architecture), { ...SETTING, ...changes });
}

test('the whole steps of GPT-2 124M in bench/NOTES.md, within a fifth', () => {
  const { lora, full } = training();
  assert.ok(Math.abs(lora / 2.43e9 - 1) < 0.2, String(lora));
  assert.ok(Math.abs(full / 5.4e9 - 1) < 0.2, String(full));
});

test('more tokens, rows and layers take more; fewer bits and gradient checkpointing less', () => {
  const { lora, full } = training();
  assert.ok(training({}, { ...GPT2, n_layer: 24 }).lora > lora);
  assert.ok(training({ pass: { ...SETTING.pass, promptTokens: 500 } }).lora > lora);
  assert.ok(training({ pass: { ...SETTING.pass, width: 8 } }).full > full);
  assert.ok(training({ gradientCheckpointing: true }).lora < lora);
  const [int8, int4] = (['int8', 'int4'] as const).map((base) => training({ base, rolloutWeights: base }).lora);
  assert.ok(int8 !== undefined && int4 !== undefined && int4 < int8 && int8 < lora);
  assert.ok(training({ rolloutWeights: 'int8' }).lora > int8);
});

test('models of the hub, from their configurations alone', () => {
  const of = (config: object) => {
    const architecture = architectureOf({ ...config });
    const contents = inspectArchitecture(architecture);
    return { parameters: parameterCount(contents), ...memoryForecast(architecture, contents) };
  };
  const usual = of(GPT2);
  assert.equal(usual.parameters, 124_439_808);
  assert.equal(usual.weights, 4 * 124_439_808);
  // 2 (keys and values) x 12 layers x 768 features x 4 bytes x 512 tokens
  assert.equal(usual.row, 37_748_736);
  const billionAndHalf = of({
    ...{ model_type: 'qwen2', vocab_size: 151936, max_position_embeddings: 32768, tie_word_embeddings: true },
    ...{ hidden_size: 1536, intermediate_size: 8960, num_hidden_layers: 28, hidden_act: 'silu' },
    ...{ num_attention_heads: 12, num_key_value_heads: 2, rms_norm_eps: 1e-6, rope_theta: 1e6 },
  });
  const sevenBillion = of({
    ...{ ...LLAMA, vocab_size: 32000, max_position_embeddings: 4096, hidden_size: 4096, intermediate_size: 11008 },
    ...{ num_hidden_layers: 32, num_attention_heads: 32, num_key_value_heads: 32 },
  });
  assert.ok(billionAndHalf.lora.int8 < 13 * GIB && billionAndHalf.full > 23 * GIB);
  assert.ok(
    sevenBillion.lora.int4 < 23 * GIB && sevenBillion.lora.int8 < 23 * GIB && sevenBillion.lora.float32 > 23 * GIB,
  );
});
