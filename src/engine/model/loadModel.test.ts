import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeTensors } from '../../../test/support/safetensors.ts';
import { loadModel } from './loadModel.ts';
import { readSafetensors, type Tensor } from './tensorData.ts';

const golden = join(import.meta.dirname, '../../../test/fixtures/golden');
let scratch = '';
let folders = 0;
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'load-model-'));
});
after(() => rm(scratch, { recursive: true }));

const zeros = (...shape: number[]): Tensor => ({
  shape,
  data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
});

/** A golden model whose embedding and head are tied, with tensors added to its files. */
async function withTensors(
  architecture: 'gpt2' | 'qwen2',
  added: (tensors: ReadonlyMap<string, Tensor>) => Readonly<Record<string, Tensor | undefined>>,
): Promise<string> {
  const folder = join(scratch, `${architecture}-${folders++}`);
  await cp(join(golden, architecture, 'config.json'), join(folder, 'config.json'));
  const tensors = await readSafetensors(join(golden, architecture, 'model.safetensors'));
  for (const [name, tensor] of Object.entries(added(tensors))) if (tensor) tensors.set(name, tensor);
  await writeTensors(join(folder, 'model.safetensors'), tensors);
  return folder;
}

const EMBEDDINGS = { gpt2: 'transformer.wte.weight', qwen2: 'model.embed_tokens.weight' } as const;

for (const architecture of ['gpt2', 'qwen2'] as const) {
  const embedding = EMBEDDINGS[architecture];

  test(`${architecture}: a stored head that is the embedding is no matter`, async () => {
    const folder = await withTensors(architecture, (tensors) => ({ 'lm_head.weight': tensors.get(embedding) }));
    const { weights, warnings } = await loadModel(folder);
    assert.ok(weights.has(embedding) && !weights.has('lm_head.weight'));
    assert.deepEqual(warnings, []);
  });

  test(`${architecture}: a stored head that differs from the embedding in its last value is refused`, async () => {
    const folder = await withTensors(architecture, (tensors) => {
      const tied = tensors.get(embedding);
      assert.ok(tied);
      return { 'lm_head.weight': { ...tied, data: tied.data.with(-1, 7) } };
    });
    await assert.rejects(loadModel(folder), (error) => {
      assert.ok(error instanceof Error && error.name === 'UserError');
      assert.ok(error.message.includes(`"lm_head.weight" differs from "${embedding}"`), error.message);
      assert.ok(
        error.message.includes(`${join(folder, 'config.json')} ties the two. Set "tie_word_embeddings" to false`),
      );
      return true;
    });
  });
}

test('a stored head of another shape is refused as well', async () => {
  const folder = await withTensors('qwen2', () => ({ 'lm_head.weight': zeros(2, 3) }));
  await assert.rejects(loadModel(folder), { name: 'UserError', message: /"lm_head\.weight" differs from/ });
});

test('a stored head is read where the configuration does not tie it', async () => {
  const { weights, architecture } = await loadModel(join(golden, 'llama'));
  assert.equal(architecture.headParameter, 'lm_head.weight');
  assert.ok(weights.has('lm_head.weight'));
});

test('tensors that nothing reads are told once, and those that are computed anyway are not', async () => {
  const harmless = {
    'transformer.h.0.attn.bias': zeros(1, 1, 4, 4),
    'transformer.h.0.attn.masked_bias': zeros(),
    'transformer.h.1.attn.attention.bias': zeros(1, 1, 4, 4),
    'model.layers.0.self_attn.rotary_emb.inv_freq': zeros(4),
  };
  assert.deepEqual((await loadModel(await withTensors('gpt2', () => harmless))).warnings, []);

  const heads = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`v_head.${index}.weight`, zeros(1)]));
  const { warnings } = await loadModel(await withTensors('gpt2', () => ({ ...harmless, ...heads })));
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /does not ask for: "v_head\.0\.weight", .*"v_head\.4\.weight" and 2 more\. They are/);
});

test('a layer more than the configuration has is told by its tensors', async () => {
  const folder = await withTensors('qwen2', () => ({ 'model.layers.2.input_layernorm.weight': zeros(48) }));
  assert.match((await loadModel(folder)).warnings.join(), /"model\.layers\.2\.input_layernorm\.weight"\. They are/);
});

for (const name of ['gpt2', 'gpt-neo', 'gpt-j', 'llama', 'llama3-rope-scaling', 'mistral', 'qwen2', 'qwen3', 'gemma3'])
  test(`${name}: transformers stores nothing that is not read`, async () => {
    assert.deepEqual((await loadModel(join(golden, name))).warnings, []);
  });
