import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspectArchitecture } from './inspect.ts';
import { memoryForecast, parameterCount, type ForecastSetting, type MemoryForecast } from './memoryForecast.ts';
import { architectureOf } from './registry.ts';

const GPT2 = {
  ...{ model_type: 'gpt2', n_embd: 768, n_layer: 12, n_head: 12, n_positions: 1024, vocab_size: 50257 },
  ...{ layer_norm_epsilon: 1e-5, activation_function: 'gelu_new' },
};

function forecast(config: Readonly<Record<string, unknown>>, setting?: ForecastSetting): MemoryForecast {
  const architecture = architectureOf(config);
  return memoryForecast(architecture, inspectArchitecture(architecture), setting);
}

test('the whole steps of bench/NOTES.md, within a fifth', () => {
  // 1,544 tokens in 8 rows, four at once: 2.37 to 2.49 GB with LoRA, 5.25 to 5.62 of all weights.
  const { weights, lora, full } = forecast(GPT2, { rows: 4, rowTokens: 193, loraRank: 16 });
  assert.equal(weights, 4 * 124_439_808);
  assert.ok(Math.abs(lora / 2.43e9 - 1) < 0.2, String(lora));
  assert.ok(Math.abs(full / 5.4e9 - 1) < 0.2, String(full));
});

test('more tokens, rows and layers take more', () => {
  const usual = forecast(GPT2);
  assert.equal(parameterCount(inspectArchitecture(architectureOf(GPT2))), 124_439_808);
  assert.ok(forecast({ ...GPT2, n_layer: 24 }).lora > usual.lora);
  assert.ok(forecast(GPT2, { rows: 1, rowTokens: 1024, loraRank: 16 }).lora > usual.lora);
  assert.ok(forecast(GPT2, { rows: 2, rowTokens: 512, loraRank: 16 }).full > usual.full);
  // 2 (keys and values) x 12 layers x 768 features x 4 bytes x 512 tokens
  assert.equal(usual.row, 37_748_736);
});
