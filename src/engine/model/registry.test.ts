import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Graph } from '../onnx/graph.ts';
import { serialize } from '../onnx/serialize.ts';
import { UserError } from '../protocol/errors.ts';
import { sequenceForward } from './forward.ts';
import { inspectArchitecture } from './inspect.ts';
import type { JsonObject } from './jsonFile.ts';
import { fedParameters } from './parameters.ts';
import { architectureOf } from './registry.ts';

const GEMMA: JsonObject = {
  ...{ model_type: 'gemma3_text', vocab_size: 262_144, hidden_size: 1152, intermediate_size: 6912 },
  ...{ num_hidden_layers: 26, num_attention_heads: 4, num_key_value_heads: 1, head_dim: 256 },
  ...{ max_position_embeddings: 32_768, hidden_activation: 'gelu_pytorch_tanh', query_pre_attn_scalar: 256 },
  ...{ sliding_window: 512, attn_logit_softcapping: null, final_logit_softcapping: null },
};

/** How transformers 4 wrote kinds of layers and frequencies. */
const GEMMA_OLD_KEYS: JsonObject = {
  rope_theta: 1_000_000,
  rope_local_base_freq: 10_000,
  rope_scaling: null,
  sliding_window_pattern: 6,
};

/** What the configurations of released models say of their architecture, and how many parameters those models have. */
const RELEASED: readonly (readonly [name: string, parameters: number, config: JsonObject])[] = [
  ['GPT-2', 124_439_808, gpt2(768, 12, 12)],
  ['GPT-2 Medium', 354_823_168, gpt2(1024, 24, 16)],
  ['GPT-2 Large', 774_030_080, gpt2(1280, 36, 20)],
  ['GPT-2 XL', 1_557_611_200, gpt2(1600, 48, 25)],
  ['GPT-Neo 125M', 125_198_592, gptNeo(768, 12, 12)],
  ['GPT-Neo 1.3B', 1_315_575_808, gptNeo(2048, 24, 16)],
  [
    'GPT-J 6B',
    6_050_882_784,
    {
      ...{ model_type: 'gptj', vocab_size: 50_400, n_positions: 2048, n_embd: 4096, n_layer: 28, n_head: 16 },
      ...{ n_inner: null, rotary_dim: 64, rotary: true, activation_function: 'gelu_new', layer_norm_epsilon: 1e-5 },
      ...{ scale_attn_weights: true, tie_word_embeddings: false, gradient_checkpointing: false },
    },
  ],
  [
    'Llama 2 7B',
    6_738_415_616,
    {
      ...llamaLike('llama', 32_000, 4096, 11_008, 32, 32, 32),
      ...{ max_position_embeddings: 4096, rms_norm_eps: 1e-5, rope_scaling: null, pretraining_tp: 1 },
    },
  ],
  [
    'Llama 3.2 1B',
    1_235_814_400,
    {
      ...llamaLike('llama', 128_256, 2048, 8192, 16, 32, 8),
      ...{ max_position_embeddings: 131_072, rope_theta: 500_000, head_dim: 64, tie_word_embeddings: true },
      rope_scaling: {
        ...{ factor: 32, high_freq_factor: 4, low_freq_factor: 1 },
        ...{ original_max_position_embeddings: 8192, rope_type: 'llama3' },
      },
    },
  ],
  [
    'SmolLM2 135M',
    134_515_008,
    {
      ...llamaLike('llama', 49_152, 576, 1536, 30, 9, 3),
      ...{ attention_bias: false, attention_dropout: 0, is_llama_config: true, rope_interleaved: false },
      ...{ max_position_embeddings: 8192, rms_norm_eps: 1e-5, rope_scaling: null, rope_theta: 100_000 },
      ...{ tie_word_embeddings: true, torch_dtype: 'bfloat16', pretraining_tp: 1 },
    },
  ],
  [
    'Mistral 7B',
    7_241_732_096,
    { ...llamaLike('mistral', 32_000, 4096, 14_336, 32, 32, 8), sliding_window: 4096, rope_theta: 10_000 },
  ],
  [
    'Qwen2.5 0.5B',
    494_032_768,
    {
      ...llamaLike('qwen2', 151_936, 896, 4864, 24, 14, 2),
      ...{ tie_word_embeddings: true, rope_theta: 1_000_000, max_position_embeddings: 32_768 },
      ...{ use_sliding_window: false, sliding_window: 32_768, max_window_layers: 24 },
    },
  ],
  [
    'Qwen3 0.6B',
    596_049_920,
    {
      ...llamaLike('qwen3', 151_936, 1024, 3072, 28, 16, 8),
      ...{ head_dim: 128, attention_bias: false, tie_word_embeddings: true, rope_theta: 1_000_000 },
      ...{ use_sliding_window: false, sliding_window: null, max_window_layers: 28, rope_scaling: null },
    },
  ],
  ['Gemma 3 1B', 999_885_952, { ...GEMMA, ...GEMMA_OLD_KEYS }],
];

function gpt2(hidden: number, layers: number, heads: number): JsonObject {
  const sizes = { vocab_size: 50_257, n_positions: 1024, n_ctx: 1024, n_embd: hidden, n_layer: layers, n_head: heads };
  return { model_type: 'gpt2', ...sizes, activation_function: 'gelu_new', layer_norm_epsilon: 1e-5 };
}

function gptNeo(hidden: number, layers: number, heads: number): JsonObject {
  return {
    ...{ model_type: 'gpt_neo', vocab_size: 50_257, max_position_embeddings: 2048, hidden_size: hidden },
    ...{ num_layers: layers, num_heads: heads, intermediate_size: null, window_size: 256 },
    ...{ attention_types: [[['global', 'local'], layers / 2]], activation_function: 'gelu_new' },
    ...{ attention_layers: Array.from({ length: layers }, (_, layer) => (layer % 2 === 0 ? 'global' : 'local')) },
  };
}

function llamaLike(
  type: string,
  vocabulary: number,
  hidden: number,
  inner: number,
  layers: number,
  heads: number,
  keyValueHeads: number,
): JsonObject {
  return {
    ...{ model_type: type, vocab_size: vocabulary, hidden_size: hidden, intermediate_size: inner, hidden_act: 'silu' },
    ...{ num_hidden_layers: layers, num_attention_heads: heads, num_key_value_heads: keyValueHeads },
  };
}

for (const [name, parameters, config] of RELEASED)
  test(`${name} has the parameters that it was released with`, () => {
    const contents = inspectArchitecture(architectureOf(config));
    const sizes = [...contents.parameters.values()].map((shape) => shape.reduce((product, size) => product * size, 1));
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      parameters,
    );
  });

/** Everything that a configuration computes, as the bytes of its graph. */
function graphOf(config: JsonObject): Buffer {
  const graph = new Graph();
  const tokens = graph.input('tokens', 'int64', ['rows', 'time']);
  const architecture = architectureOf(config);
  const { hidden } = sequenceForward({ graph, architecture, parameters: fedParameters(), adapter: null }, tokens);
  return Buffer.from(serialize(graph, { hidden }).bytes);
}

const SMALL_GEMMA = { ...GEMMA, num_hidden_layers: 7, vocab_size: 97, hidden_size: 32, intermediate_size: 48 };

test("Gemma 3's layers and frequencies are read from the keys of transformers 4 and 5 alike", () => {
  const scaling = { rope_type: 'linear', factor: 8 };
  const old = graphOf({ ...SMALL_GEMMA, ...GEMMA_OLD_KEYS, rope_scaling: scaling });
  const types = (global: number): string[] =>
    Array.from({ length: 7 }, (_, layer) => (layer === global ? 'full_attention' : 'sliding_attention'));
  const parameters = {
    sliding_attention: { rope_type: 'default', rope_theta: 10_000 },
    full_attention: { ...scaling, rope_theta: 1_000_000 },
  };
  assert.deepEqual(graphOf({ ...SMALL_GEMMA, layer_types: types(5), rope_parameters: parameters }), old);
  assert.notDeepEqual(graphOf({ ...SMALL_GEMMA, layer_types: types(4), rope_parameters: parameters }), old);
  assert.notDeepEqual(graphOf({ ...SMALL_GEMMA, ...GEMMA_OLD_KEYS }), old);
});

test('rope_scaling and rope_parameters may both be there where they mean the same', () => {
  const llama = { ...llamaLike('llama', 97, 48, 80, 2, 4, 2), rope_theta: 500_000 };
  const scaling = { type: 'linear', factor: 8 };
  const parameters = { rope_type: 'linear', rope_theta: 500_000, factor: 8 };
  const both = graphOf({ ...llama, rope_scaling: scaling, rope_parameters: parameters });
  assert.deepEqual(both, graphOf({ ...llama, rope_scaling: scaling }));
  assert.deepEqual(both, graphOf({ ...llama, rope_scaling: null, rope_parameters: parameters }));
  assert.notDeepEqual(both, graphOf(llama));
});

test('what a configuration leaves out has the default that transformers gives it, by architecture', () => {
  const sizes = (type: string, more: JsonObject): readonly number[] => {
    const config = { ...llamaLike(type, 97, 512, 80, 2, 32, 1), num_key_value_heads: undefined, ...more };
    const { keyValueHeads, contextLength } = architectureOf(config);
    return [keyValueHeads, contextLength];
  };
  for (const [type, keyValueHeads, contextLength] of [
    ['llama', 32, 2048],
    ['mistral', 8, 131_072],
    ['qwen2', 32, 32_768],
    ['qwen3', 32, 32_768],
    ['gemma3_text', 4, 131_072],
  ] as const)
    assert.deepEqual(sizes(type, {}), [keyValueHeads, contextLength], type);
  for (const type of ['llama', 'mistral', 'qwen2', 'qwen3'])
    assert.equal(sizes(type, { num_key_value_heads: null })[0], 32, type);
});

test('what a configuration asks for and nothing here does is refused by its key', () => {
  const llama = llamaLike('llama', 97, 48, 80, 2, 4, 2);
  const neo = { ...gptNeo(48, 2, 4), vocab_size: 97 };
  const qwen3 = { ...llama, model_type: 'qwen3' };
  const cases: readonly (readonly [config: JsonObject, message: RegExp])[] = [
    [{ ...llama, rope_scaling: { type: 'yarn', factor: 4 } }, /rope_type "yarn" of this llama model is not supported/],
    [{ ...llama, rope_parameters: { rope_type: 'longrope' } }, /rope_type "longrope"/],
    [
      { ...llama, rope_scaling: { type: 'linear', factor: 8 }, rope_parameters: { rope_type: 'default' } },
      /rope_scaling of this llama model is not supported: rope_parameters says otherwise/,
    ],
    [
      { ...SMALL_GEMMA, rope_scaling: { type: 'linear', factor: 8 }, rope_parameters: { full_attention: {} } },
      /rope_scaling of this gemma3_text model is not supported: rope_parameters says otherwise/,
    ],
    [
      { ...llama, rope_parameters: { full_attention: { rope_theta: 5e5 } } },
      /rope_parameters\.full_attention: .* kind/,
    ],
    [{ ...llama, rope_scaling: { global: {} } }, /rope_scaling\.global: frequencies by kind of layer/],
    [{ ...SMALL_GEMMA, rope_scaling: { full_attention: {} } }, /rope_scaling\.full_attention/],
    [{ ...SMALL_GEMMA, rope_parameters: { rope_theta: 5e5 } }, /rope_parameters/],
    [{ ...llama, partial_rotary_factor: 0.5 }, /partial_rotary_factor/],
    [{ ...llama, layer_types: ['full_attention', 'sliding_attention'] }, /layer_types\.1/],
    [{ ...llama, quantization_config: { quant_method: 'gptq' } }, /quantization_config .*: its weights are quantised/],
    [{ ...llama, head_dim: 7 }, /head_dim of this llama model .* pairs of features, and 7 is odd/],
    [{ ...llama, hidden_act: 'relu' }, /hidden_act/],
    [{ ...llama, num_hidden_layers: 1e9 }, /num_hidden_layers/],
    [{ ...llama, vocab_size: 1e12 }, /vocab_size/],
    [{ ...llama, head_dim: 1e9 }, /head_dim/],
    [{ ...llama, hidden_size: 50 }, /hidden_size .*: 4 heads cannot share 50 features equally/],
    [{ ...gpt2(2 ** 20, 2, 1) }, /n_embd .*: a head would have 1048576 features, and at most 4096 are taken/],
    [{ ...llama, model_type: 'qwen2', use_sliding_window: true }, /use_sliding_window: the windows of Qwen models/],
    [{ ...qwen3, use_sliding_window: true }, /use_sliding_window/],
    [{ ...qwen3, num_experts: 128 }, /num_experts of this qwen3 model is not supported: it is a mixture of experts/],
    [{ ...llama, model_type: 'mixtral', num_local_experts: 8 }, /mixtral model is not supported: it is a mixture/],
    [{ ...SMALL_GEMMA, attn_logit_softcapping: 50 }, /attn_logit_softcapping/],
    [{ ...SMALL_GEMMA, final_logit_softcapping: 30 }, /final_logit_softcapping/],
    [{ ...llama, is_causal: false }, /is_causal of this llama model is not supported: tokens see those after them/],
    [{ ...SMALL_GEMMA, use_bidirectional_attention: true }, /use_bidirectional_attention/],
    [
      { ...SMALL_GEMMA, layer_types: ['full_attention'] },
      /layer_types .*: it names 1 layers, and num_hidden_layers is 7/,
    ],
    [{ model_type: 'gemma3', text_config: {}, vision_config: {} }, /vision_config of this gemma3 model .* images/],
    [{ ...neo, attention_types: [[['global', 'local'], 2]] }, /attention_types .*: it names 4 layers/],
    [{ ...neo, attention_types: [[['global'], 1e12]] }, /attention_types\.0\.1/],
    [{ ...neo, attention_types: [[['blocked'], 2]] }, /attention_types\.0\.0\.0/],
    [{ ...RELEASED[6]?.[2], rotary_dim: 512 }, /rotary_dim of this gptj model .* at most 256/],
    [{ model_type: 'rwkv' }, /"rwkv" is not supported; supported are: gpt2, gpt_neo, gptj, llama, .*gemma3_text/],
    [{ model_type: '__proto__' }, /"__proto__" is not supported/],
    [{ vocab_size: 97 }, /no model_type/],
  ];
  for (const [config, message] of cases)
    assert.throws(
      () => architectureOf(config),
      (error: unknown) => error instanceof UserError && message.test(error.message),
      String(message),
    );
});
