/** Full fine-tuning samples from the weights as they are now, whether they are fed or made constants of fresh sessions. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { openPolicy } from '../../src/engine/compute/openPolicy.ts';
import { RolloutPolicy } from '../../src/engine/compute/rolloutPolicy.ts';
import { loadModel } from '../../src/engine/model/loadModel.ts';
import { Tokenizer } from '../../src/engine/model/tokenizer.ts';
import { request } from '../support/rollout.ts';

const FOLDER = path.join(import.meta.dirname, '../fixtures/stories260K');
const TOLERANCE = 2e-4;

test('repacked weights give the completions that fed weights give, before and after an update', async (context) => {
  const model = await loadModel(FOLDER);
  const policy = await openPolicy(model, { lora: null, state: null, seed: 0 });
  const tokenizer = await Tokenizer.load(FOLDER);
  const options = { tokenizer, eosTokenIds: tokenizer.eosTokenIds, providers: ['cpu'], threads: 1, seed: 3 };
  const fed = new RolloutPolicy(policy, options, Infinity);
  const repacked = new RolloutPolicy(policy, options, 0);
  context.after(() => Promise.all([fed, repacked].map((each) => each.generator().release())));
  const asked = request([tokenizer.encode('Once upon a time')], { samples: 3, maxCompletionLength: 8 });

  const generate = async () => {
    const [one, other] = [await fed.generator().generate(asked), await repacked.generator().generate(asked)];
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
