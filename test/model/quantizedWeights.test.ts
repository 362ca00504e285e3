/** Every architecture samples from a base in 8 bits, which is made once. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { frozenParameters } from '../../src/engine/model/parameters.ts';
import { quantizedWeights } from '../../src/engine/model/quantizedWeights.ts';
import { readSafetensorsHeader } from '../../src/engine/model/safetensors.ts';
import { loadModel } from '../../src/engine/model/loadModel.ts';
import { openGenerator, PLAIN, request } from '../support/rollout.ts';
import { scoreTokens } from '../support/scoring.ts';

const GOLDEN = path.join(import.meta.dirname, '../fixtures/golden');
const cache = mkdtempSync(path.join(tmpdir(), 'rlvr-quantized-'));
after(() => rmSync(cache, { recursive: true }));

const models = readdirSync(GOLDEN, { withFileTypes: true }).filter((entry) => entry.isDirectory());

/** Of log-probabilities on average; the golden models are small and random, and so have nothing to spare. */
const MOST_OFF = 0.05;

for (const { name } of models)
  test(`${name}: completions from 8 bits have nearly the probabilities of float32`, async (context) => {
    const { options, generator, model } = await openGenerator(
      context,
      { model: `golden/${name}`, tokenizer: 'stories260K' },
      async (found) => {
        const { weightsFolder, weights, matrices } = await quantizedWeights(found, 'int8', cache);
        return { weightsFolder, matrices, parameters: frozenParameters(weights) };
      },
    );
    const asked = request([[1, 5, 9, 3]], { samples: 4, maxCompletionLength: 8, sampling: PLAIN });
    const completions = await generator.generate(asked);
    const exact = await openGenerator(context, { model: `golden/${name}`, tokenizer: 'stories260K' });
    const policy = { ...exact.options, weights: {} };
    const differences: number[] = [];
    for (const { tokens, logprobs } of completions) {
      const scores = await scoreTokens(policy, Int32Array.of(1, 5, 9, 3), tokens, 1);
      differences.push(...scores.map((score, token) => Math.abs(score - (logprobs[token] ?? NaN))));
    }
    const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
    assert.ok(mean < MOST_OFF, `${mean}`);
    assert.ok(mean > 1e-6, 'they are those of float32');
    assert.notEqual(options.weightsFolder, model.weightsFolder);
  });

test('the form is written once, holds each matrix once, and depends on the bits', async () => {
  const folder = mkdtempSync(path.join(cache, 'once-'));
  const model = await loadModel(path.join(GOLDEN, 'llama'));
  await quantizedWeights(model, 'int8', folder);
  const [file = ''] = readdirSync(folder);
  const { mtimeMs, ino } = statSync(path.join(folder, file));
  await quantizedWeights(model, 'int8', folder);
  assert.deepEqual(readdirSync(folder), [file]);
  assert.deepEqual([statSync(path.join(folder, file)).mtimeMs, statSync(path.join(folder, file)).ino], [mtimeMs, ino]);
  const { tensors } = await readSafetensorsHeader(path.join(folder, file));
  const matrices = [...model.contents.linears.map(({ module }) => `${module}.weight`), 'lm_head.weight'];
  for (const matrix of matrices) {
    assert.equal(tensors.get(`${matrix}.levels`)?.dtype, 'I8');
    assert.equal(tensors.get(`${matrix}.scales`)?.dtype, 'F32');
    assert.ok(!tensors.has(matrix));
  }
  assert.ok(tensors.has('model.embed_tokens.weight') && tensors.has('model.norm.weight'));
  await quantizedWeights(model, 'int4', folder);
  assert.equal(readdirSync(folder).length, 2);
});
