/** `rlvr get model`, as a person calls it. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { modelDescriptionSchema } from '../../src/engine/protocol/modelDescription.ts';
import { temporaryFolder } from '../run/samples.ts';
import { fakeHub } from '../support/fakeHub.ts';
import { MODEL_COMMIT, MODEL_NAME, modelRepo } from '../support/modelRepo.ts';
import { HANG_LIMIT, makeProject, reward } from '../support/trainingProject.ts';
import { finish, jsonLines, rlvr, start } from './rlvr.ts';

test('a model of the hub is described, fetched and trained', HANG_LIMIT, async (context) => {
  const hub = await fakeHub(context, { ...(await modelRepo()), gatedBy: 'hf_mine' });
  const { folder: cwd } = await makeProject('gpt2');
  const rewards = [reward('digits')];
  writeFileSync(
    join(cwd, 'x.rlvr.json'),
    JSON.stringify({
      model: MODEL_NAME,
      dataset: { source: 'train.jsonl' },
      rewards,
      rollout: { maxCompletionLength: 8 },
    }),
  );
  const home = temporaryFolder();
  const call = (...args: string[]): ReturnType<typeof rlvr> =>
    finish(start(args, cwd, { HF_HOME: home, HF_ENDPOINT: hub.endpoint, HF_TOKEN: undefined }));

  const none = await call('train', 'x.rlvr.json');
  assert.deepEqual([none.code, hub.requests.length], [1, 0]);
  assert.match(none.stderr, /In a terminal: rlvr get model owner\/tiny;/);
  const found = await call('get', 'model', '--search', 'tiny');
  assert.match(found.stdout, /^owner\/tiny +123\.0 million parameters, apache-2\.0, gated, 1,234 downloads$/m);
  const refused = await call('get', 'model', MODEL_NAME);
  assert.deepEqual([refused.code, refused.stdout], [1, '']);
  assert.match(refused.stderr, /is gated: accept its terms on .*\/owner\/tiny/);

  writeFileSync(join(home, 'token'), 'hf_mine\n');
  const looked = await call('get', 'model', 'x.rlvr.json', '--look');
  assert.equal(looked.code, 0, looked.stderr);
  assert.match(looked.stdout, /^Architecture gpt2, [\d,]+ parameters, context of 48 tokens, stored as F32\.$/m);
  assert.match(looked.stdout, /^Licence: apache-2\.0; gated, /m);
  assert.match(looked.stdout, /^laptop with 16 GiB +yes, /m);
  assert.match(looked.stdout, /^Memory to train it, by forecast: about .* with LoRA/m);
  assert.equal((await call('train', 'x.rlvr.json')).code, 1);

  const got = await call('get', 'model', MODEL_NAME, '--json');
  assert.equal(got.code, 0, got.stderr);
  const [described, ...rest] = jsonLines(got.stdout);
  assert.equal(modelDescriptionSchema.parse(described).commit, MODEL_COMMIT);
  assert.equal(rest.at(-1)?.['fetched'], 1);
  assert.ok(![got.stdout, got.stderr].join('').includes('hf_mine'));
  assert.match((await call('get', 'model', MODEL_NAME)).stdout, /Its weights were here already\./);

  const data = await call('data', 'x.rlvr.json');
  assert.match(data.stdout, /tokens of a prompt: \d+/);
});

test('what fits where is told from the configuration alone', HANG_LIMIT, async () => {
  const { folder: cwd } = await makeProject('gpt2');
  rmSync(join(cwd, 'model', 'model.safetensors'));
  const text = await rlvr(['doctor', '--model', 'model'], cwd);
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /^memory of +LoRA on float32 +on int8 +on int4 +all weights$/m);
  assert.match(text.stdout, /^GPU with 24 GiB( +yes, [\d,]+ rows){4}$/m);
  assert.match(text.stdout, /^By forecast from config\.json, nothing was tried/m);
  const json = jsonLines((await rlvr(['doctor', '--model', 'model', '--json'], cwd)).stdout);
  assert.deepEqual(
    json.map(({ event }) => event),
    ['fit', 'fit', 'fit'],
  );
  assert.match((await rlvr(['doctor', '--model', 'gone'], cwd)).stderr, /There is no model folder .*gone/);
});

test('what is no model of the hub says why', HANG_LIMIT, async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'experiments/models/mine'), { recursive: true });
  for (const model of ['builtin:demo', 'models/mine']) {
    const experiment = { model, dataset: { source: 'a.jsonl' }, rewards: [reward('digits')] };
    writeFileSync(join(cwd, 'experiments/x.rlvr.json'), JSON.stringify(experiment));
    const { code, stderr } = await rlvr(['get', 'model', 'experiments/x.rlvr.json'], cwd);
    assert.equal(code, 1);
    assert.match(stderr, /names no model of the hub: ".*" is a folder/);
  }
  assert.match((await rlvr(['get', 'model', 'gpt2'], cwd)).stderr, /gpt2 is no model of the hub, owner\/name/);
});
