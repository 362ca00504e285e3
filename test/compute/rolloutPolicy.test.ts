/** What generation samples from: weights that are fed or made constants of fresh sessions, and a base in few bits. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { openPolicy } from '../../src/engine/compute/openPolicy.ts';
import { RolloutPolicy } from '../../src/engine/compute/rolloutPolicy.ts';
import { Learner } from '../../src/engine/grpo/learner.ts';
import { loadModel } from '../../src/engine/model/loadModel.ts';
import { quantizedWeights, type QuantizedWeights } from '../../src/engine/model/quantizedWeights.ts';
import { Tokenizer } from '../../src/engine/model/tokenizer.ts';
import type { Completion } from '../../src/engine/protocol/completion.ts';
import type { GenerateRequest } from '../../src/engine/protocol/compute.ts';
import { request } from '../support/rollout.ts';

const FOLDER = path.join(import.meta.dirname, '../fixtures/stories260K');
const TOLERANCE = 2e-4;

async function sampled(policy: RolloutPolicy, asked: GenerateRequest): Promise<readonly Completion[]> {
  return (await policy.generator(asked.purpose)).generate(asked);
}

test('repacked weights give the completions that fed weights give, before and after an update', async (context) => {
  const model = await loadModel(FOLDER);
  const policy = await openPolicy(model, { lora: null, state: null, seed: 0 });
  const tokenizer = await Tokenizer.load(FOLDER);
  const options = { tokenizer, eosTokenIds: tokenizer.eosTokenIds, providers: ['cpu'], threads: 1, seed: 3 };
  const fed = new RolloutPolicy(policy, options, { rebuildBytes: Infinity });
  const repacked = new RolloutPolicy(policy, options, { rebuildBytes: 0 });
  context.after(() => Promise.all([fed, repacked].map((each) => each.release())));
  const asked = request([tokenizer.encode('Once upon a time')], { samples: 3, maxCompletionLength: 8 });

  const generate = async () => {
    const [one, other] = [await sampled(fed, asked), await sampled(repacked, asked)];
    for (const [index, { tokens, logprobs }] of one.entries()) {
      assert.deepEqual(other[index]?.tokens, tokens);
      for (const [token, logprob] of logprobs.entries())
        assert.ok(Math.abs(logprob - (other[index].logprobs[token] ?? NaN)) < TOLERANCE);
    }
    return one;
  };
  const before = await generate();
  for (const each of [fed, repacked]) await each.weightsChange();
  const norm = policy.current.trainable.get('model.norm.weight') ?? assert.fail('the model has a last norm');
  for (let i = 0; i < norm.data.length; i += 2) norm.data[i] = -(norm.data[i] ?? 0);
  const after = await generate();
  assert.notDeepEqual(after, before);
});

for (const [kind, most] of [
  ['float16', 0.002],
  ['int8', 0.05],
  ['int4', 0.6],
] as const)
  test(`${kind} weights sample with nearly the probabilities of the policy that is trained, and evaluations with just these`, async (context) => {
    const model = await loadModel(FOLDER);
    const lora = { rank: 4, alpha: 8, dropout: 0, targets: 'all-linear', rankStabilized: false } as const;
    const policy = await openPolicy(model, { lora, state: null, seed: 0 });
    // Beyond the adapter that changes nothing yet.
    for (const { data } of policy.current.trainable.values()) for (let i = 0; i < data.length; i += 3) data[i] = 0.01;
    const tokenizer = await Tokenizer.load(FOLDER);
    const options = { tokenizer, eosTokenIds: tokenizer.eosTokenIds, providers: ['cpu'], threads: 1, seed: 3 };
    const folder = mkdtempSync(path.join(tmpdir(), 'rlvr-quantized-'));
    context.after(() => rmSync(folder, { recursive: true }));
    const quantized = (): Promise<QuantizedWeights> => quantizedWeights(model, kind, folder);
    const rollouts = new RolloutPolicy(policy, options, { quantized });
    const learner = new Learner(policy.current, options);
    context.after(() => Promise.all([rollouts.release(), learner.release()]));
    const prompt = tokenizer.encode('Once upon a time');
    const differences = async (purpose: GenerateRequest['purpose']): Promise<number[]> => {
      const completions = await sampled(rollouts, {
        ...request([prompt], { samples: 4, maxCompletionLength: 16 }),
        purpose,
      });
      const rows = completions.map(({ key, tokens }) => ({ key, prompt: Int32Array.from(prompt), tokens }));
      const { logprobs } = await learner.score({ rows, dropout: false, temperature: 1, microBatch: 4 });
      return completions.flatMap(({ logprobs: own }, row) =>
        Array.from(own, (logprob, token) => Math.abs(logprob - (logprobs[row]?.[token] ?? NaN))),
      );
    };
    const mean = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
    const [sampling, evaluating] = [await differences('rollout'), await differences('evaluation')];
    assert.ok(mean(sampling) < most, `${mean(sampling)}`);
    assert.ok(mean(sampling) > 10 * mean(evaluating), 'they would differ by nothing');
    assert.ok(evaluating.every((difference) => difference < TOLERANCE));
  });
