/** Promise: a model of the hub is told before its weights are fetched, comes whole or not at all, and lies where other tools look for it. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { searchModels } from '../../src/engine/hub/searchModels.ts';
import { describeHubModel, getModel } from '../../src/engine/model/hub/getModel.ts';
import { findModel } from '../../src/engine/model/findModel.ts';
import { loadModel } from '../../src/engine/model/loadModel.ts';
import { readTensor } from '../../src/engine/model/tensorData.ts';
import { writeSafetensors } from '../../src/engine/model/safetensorsWriter.ts';
import { temporaryFolder } from '../run/samples.ts';
import type { FakeHub, FakeRepo } from '../support/fakeHub.ts';
import { hubPlace, type HubPlace } from '../support/hubPlace.ts';
import { MODEL_COMMIT, MODEL_NAME, modelRepo, WEIGHTS } from '../support/modelRepo.ts';

const LATER = 'f'.repeat(40);
const FOLDER = 'models--owner--tiny';

const place = async (context: TestContext, changes: Partial<FakeRepo> = {}): Promise<HubPlace> =>
  hubPlace(context, { ...(await modelRepo()), ...changes });

/** The repository without some of its files, and with others. */
async function withFiles(
  without: readonly string[],
  more: Readonly<Record<string, Uint8Array>> = {},
): Promise<Partial<FakeRepo>> {
  const { files } = await modelRepo();
  const kept = Object.entries(files).filter(([name]) => !without.includes(name));
  return { files: { ...Object.fromEntries(kept), ...more } };
}

const find = (model: string, cacheDir: string): ReturnType<typeof findModel> =>
  findModel(model, '/nowhere', { HF_HUB_CACHE: cacheDir });
/** Requests for weights, without those for the sizes alone. */
const forWeights = (hub: FakeHub): string[] =>
  hub.requests.filter((request) => request.includes(WEIGHTS) && !request.endsWith('bytes=0-0'));

test('what it is is told first; then it is found by its name, at a commit', async (context) => {
  const { hub, cacheDir, options, told } = await place(context);
  await assert.rejects(find(MODEL_NAME, cacheDir), {
    name: 'UserError',
    message:
      'There is no model folder /nowhere/owner/tiny. The model owner/tiny of the Hugging Face hub is not on this machine. ' +
      'Nothing is fetched unless you ask for it. In a terminal: rlvr get model owner/tiny; in the editor: Get Model…, above "model" in the experiment.',
  });
  assert.equal(hub.requests.length, 0);

  const looked = await describeHubModel(MODEL_NAME, options);
  const weights = hub.repo.files[WEIGHTS] ?? new Uint8Array();
  assert.ok(forWeights(hub).length > 0, 'the header was read');
  assert.ok(!forWeights(hub).some((request) => request.endsWith(`-${weights.length - 1}`)), 'the weights were not');
  assert.equal(looked.missingBytes, weights.length);
  await assert.rejects(find(MODEL_NAME, cacheDir), /is not on this machine\./);
  await assert.rejects(
    find(`${MODEL_NAME}@${MODEL_COMMIT}`, cacheDir),
    /not .* as a whole: model\.safetensors is missing.*@e{40}\.$/,
  );

  const got = await getModel(MODEL_NAME, options);
  assert.deepEqual([got.commit, got.fetched, got.bytes], [MODEL_COMMIT, 1, weights.length]);
  assert.deepEqual(told[0], looked);
  assert.deepEqual(told.at(-1), { source: MODEL_NAME, file: WEIGHTS, done: weights.length, total: weights.length });
  const model = await loadModel(got.folder);
  const parameters = [...model.contents.parameters.values()].reduce(
    (sum, shape) => sum + shape.reduce((product, length) => product * length, 1),
    0,
  );
  const { architecture, contextLength, dtypes, licence, isGated, page, memory } = looked;
  assert.deepEqual(
    { architecture, contextLength, dtypes, licence, isGated, page, parameters: looked.parameters },
    {
      ...{ architecture: 'gpt2', contextLength: model.architecture.contextLength, dtypes: ['F32'], parameters },
      ...{ licence: 'apache-2.0', isGated: false, page: `${hub.endpoint}/owner/tiny` },
    },
  );
  assert.equal(memory.weights, 4 * parameters);

  const before = forWeights(hub).length;
  assert.deepEqual(await describeHubModel(MODEL_NAME, options), { ...looked, missingBytes: 0 });
  assert.equal(forWeights(hub).length, before, 'what is here is not asked for');
  assert.deepEqual(await find(MODEL_NAME, cacheDir), { path: got.folder, revision: MODEL_COMMIT, warnings: [] });
  assert.ok(!hub.requests.some((request) => request.includes('onnx/')), 'files that nobody reads stay there');
});

test(
  "the cache is laid out as Hugging Face's own tools have it",
  { skip: process.platform === 'win32' },
  async (context) => {
    const { cacheDir, options } = await place(context);
    await getModel(`${MODEL_NAME}@v1`, options);
    assert.equal(await readFile(path.join(cacheDir, FOLDER, 'refs/v1'), 'utf8'), MODEL_COMMIT);
    // By what the hub gives as a file's ETag: sha256 of a large one, git's checksum of a small one.
    const names: string[] = [];
    for (const [file, name] of [
      [WEIGHTS, /^[0-9a-f]{64}$/],
      ['config.json', /^[0-9a-f]{40}$/],
    ] as const) {
      const link = await readlink(path.join(cacheDir, FOLDER, 'snapshots', MODEL_COMMIT, file));
      assert.equal(path.posix.dirname(link), '../../blobs');
      assert.match(path.posix.basename(link), name);
      names.push(path.posix.basename(link));
    }
    const blobs = await readdir(path.join(cacheDir, FOLDER, 'blobs'));
    assert.deepEqual(
      names.filter((name) => !blobs.includes(name)),
      [],
    );
    assert.ok(
      blobs.every((name) => /^[0-9a-f]+$/.test(name)),
      blobs.join(),
    );
    // Who finds another file there takes it for a branch.
    assert.deepEqual(await readdir(path.join(cacheDir, FOLDER, 'refs')), ['v1']);
    assert.deepEqual((await readdir(path.join(cacheDir, FOLDER))).sort(), ['.rlvr', 'blobs', 'refs', 'snapshots']);
    await assert.rejects(find(MODEL_NAME, cacheDir), /not on this machine/);
    assert.equal((await find(`${MODEL_NAME}@v1`, cacheDir)).revision, MODEL_COMMIT);
  },
);

test('a folder of that name comes first, and what names no model of the hub is a folder', async () => {
  const baseDir = temporaryFolder();
  writeFileSync(path.join(baseDir, 'owner'), '');
  assert.deepEqual(await findModel('model', baseDir), {
    path: path.join(baseDir, 'model'),
    revision: null,
    warnings: [],
  });
  rmSync(path.join(baseDir, 'owner'));
  mkdirSync(path.join(baseDir, 'owner', 'tiny'), { recursive: true });
  assert.deepEqual(await findModel('owner/tiny', baseDir), {
    path: path.join(baseDir, 'owner/tiny'),
    revision: null,
    warnings: [],
  });
});

test('several weight files, by their index', async (context) => {
  const { files } = await modelRepo();
  const folder = temporaryFolder();
  for (const [name, contents] of Object.entries(files))
    if (!name.includes('/')) writeFileSync(path.join(folder, name), contents);
  const { folder: opened } = await loadModel(folder);
  const all = [...opened.tensors.values()];
  const parts = [all.slice(0, 3), all.slice(3)];
  const map: Record<string, string> = {};
  const shards: Record<string, Uint8Array> = {};
  for (const [index, tensors] of parts.entries()) {
    const name = `model-0000${index + 1}-of-00002.safetensors`;
    const file = path.join(folder, name);
    await writeSafetensors(
      file,
      tensors.map((tensor) => ({
        name: tensor.name,
        shape: tensor.shape,
        data: () => readTensor(tensor.file, tensor),
      })),
    );
    for (const tensor of tensors) map[tensor.name] = name;
    shards[name] = readFileSync(file);
  }
  const index = { 'model.safetensors.index.json': Buffer.from(JSON.stringify({ weight_map: map })) };
  const { cacheDir, options } = await place(context, {
    ...(await withFiles([WEIGHTS], { ...shards, ...index })),
    large: Object.keys(shards),
  });
  const got = await getModel(MODEL_NAME, options);
  assert.equal(got.fetched, 2);
  assert.equal((await loadModel((await find(MODEL_NAME, cacheDir)).path)).contents.parameters.size > 0, true);
  // One is gone: it is not here as a whole, and comes again alone.
  await rm(path.join(got.folder, 'model-00002-of-00002.safetensors'));
  await assert.rejects(find(MODEL_NAME, cacheDir), /model-00002-of-00002\.safetensors is missing/);
  assert.equal((await getModel(MODEL_NAME, options)).fetched, 1);

  const lost = await place(context, await withFiles([WEIGHTS], index));
  await assert.rejects(getModel(MODEL_NAME, lost.options), /is not whole: .*names model-00001-of-00002/);
  const out = { 'model.safetensors.index.json': Buffer.from('{"weight_map":{"a":"../x.safetensors"}}') };
  const hostile = await place(context, await withFiles([WEIGHTS], out));
  await assert.rejects(getModel(MODEL_NAME, hostile.options), /Only \.safetensors files in the model's own folder/);
});

test('what could not be trained is refused with the reason, and no weights are fetched', async (context) => {
  const { files } = await modelRepo();
  const config = jsonOf(files['config.json']);
  const changed = (changes: object): Record<string, Uint8Array> => ({
    'config.json': Buffer.from(JSON.stringify({ ...config, ...changes })),
  });
  const cases: (readonly [Partial<FakeRepo>, RegExp])[] = [
    [
      await withFiles([WEIGHTS], { 'pytorch_model.bin': Buffer.from('x') }),
      /only as pytorch_model\.bin.*runs whatever code it holds/,
    ],
    [await withFiles([WEIGHTS, 'config.json'], { 'a.gguf': Buffer.from('x') }), /has no config\.json.*GGUF/],
    [await withFiles(['config.json'], { 'adapter_config.json': Buffer.from('{}') }), /It is an adapter/],
    [await withFiles([WEIGHTS]), /has no weights as safetensors/],
    [await withFiles(['tokenizer.json']), /has no tokenizer\.json/],
    [await withFiles([], changed({ model_type: 'mamba' })), /"mamba" is not supported/],
    [await withFiles([], changed({ num_experts: 8 })), /mixture of experts/],
    [await withFiles([], changed({ n_layer: 9 })), /tensor .* is missing/],
    [await withFiles([], { [WEIGHTS]: Buffer.from('no safetensors at all') }), /header/],
    [await withFiles([], { 'tokenizer.json': Buffer.from('{') }), /tokenizer\.json/],
  ];
  for (const [repo, message] of cases) {
    const { hub, options, told } = await place(context, repo);
    await assert.rejects(getModel(MODEL_NAME, options), { name: /UserError|SafetensorsError/, message });
    assert.deepEqual(told, [], String(message));
    const whole = `-${(hub.repo.files[WEIGHTS]?.length ?? 0) - 1}`;
    assert.ok(
      !forWeights(hub).some((request) => request.endsWith(whole) && request.includes('bytes=0-')),
      String(message),
    );
  }
  const { options } = await place(context);
  await assert.rejects(getModel('gpt2', options), /names no model of the Hugging Face hub/);
  await assert.rejects(getModel(MODEL_NAME, { ...options, offline: true }), /HF_HUB_OFFLINE is set/);
});

test('a gated model says where its terms are; the token goes to the hub alone', async (context) => {
  const { hub, options } = await place(context, { gatedBy: 'hf_mine' });
  hub.redirects = true;
  await assert.rejects(getModel(MODEL_NAME, options), (error: Error) => {
    assert.match(error.message, /owner\/tiny is gated: accept its terms on http:.*\/owner\/tiny, .*HF_TOKEN/);
    return true;
  });
  await assert.rejects(
    getModel(MODEL_NAME, { ...options, token: 'hf_other' }),
    /is gated.*fine-grained token must allow gated/,
  );
  const before = hub.requests.length;
  const got = await getModel(MODEL_NAME, { ...options, token: 'hf_mine' });
  assert.ok(got.fetched > 0);
  const sent = hub.requests.slice(before).map((request, index) => [request, hub.tokens[before + index]] as const);
  assert.ok(sent.some(([request]) => request.includes('/store/')));
  for (const [request, token] of sent) assert.equal(token, request.includes('/store/') ? '' : 'hf_mine', request);
  assert.equal((await describeHubModel(MODEL_NAME, { ...options, token: 'hf_mine' })).isGated, true);
});

test('a broken connection, a wrong checksum, a busy hub', async (context) => {
  const { hub, cacheDir, options } = await place(context);
  await describeHubModel(MODEL_NAME, options);
  // The header in two parts, then the weights, each broken once.
  hub.breakAfter = [4, Infinity, 100, Infinity, 1000];
  await getModel(MODEL_NAME, { ...options, pausesMs: [0, 0] });
  assert.ok(
    forWeights(hub).some((request) => request.includes('bytes=1000-')),
    forWeights(hub).join(),
  );
  assert.equal((await find(MODEL_NAME, cacheDir)).revision, MODEL_COMMIT);

  const wrong = await place(context);
  await describeHubModel(MODEL_NAME, wrong.options);
  wrong.hub.breakAfter = [4];
  await assert.rejects(getModel(MODEL_NAME, wrong.options), /connection broke off/);
  wrong.hub.corrupts = true;
  await assert.rejects(getModel(MODEL_NAME, wrong.options), { name: /UserError|SafetensorsError/ });
  wrong.hub.corrupts = false;
  for (const [status, message] of [
    [429, /too many requests/],
    [503, /out of order/],
    [404, /has no model owner\/tiny/],
    [403, /private, asks for consent/],
  ] as const) {
    wrong.hub.refusesWith = status;
    await assert.rejects(getModel(MODEL_NAME, wrong.options), { name: 'UserError', message });
  }
  // A wait that the hub asks for is kept to, or told where it is long.
  wrong.hub.refusesWith = 429;
  wrong.hub.retryAfter = 90;
  const before = wrong.hub.requests.length;
  await assert.rejects(getModel(MODEL_NAME, { ...wrong.options, pausesMs: [0, 0] }), /Try again in 90 seconds/);
  assert.equal(wrong.hub.requests.length, before + 1, 'it is not asked again before');
  wrong.hub.retryAfter = null;
  wrong.hub.refusesWith = null;
  await assert.rejects(find(MODEL_NAME, wrong.cacheDir), /not on this machine/);
  assert.equal((await getModel(MODEL_NAME, wrong.options)).commit, MODEL_COMMIT);
});

test('a branch that has gone on is fetched anew, and the commit of before stays', async (context) => {
  const { hub, cacheDir, options } = await place(context);
  await getModel(MODEL_NAME, options);
  hub.repo = { ...hub.repo, commit: LATER };
  await getModel(MODEL_NAME, options);
  assert.equal((await find(MODEL_NAME, cacheDir)).revision, LATER);
  assert.equal((await find(`${MODEL_NAME}@${MODEL_COMMIT}`, cacheDir)).revision, MODEL_COMMIT);
});

test('a part of it is not taken for the whole', async (context) => {
  const { cacheDir, options } = await place(context);
  const { folder } = await getModel(MODEL_NAME, options);
  rmSync(path.join(folder, 'tokenizer_config.json'));
  await assert.rejects(find(MODEL_NAME, cacheDir), /as a whole: tokenizer_config\.json is missing/);
  // Another tool keeps no note of what belongs to it.
  rmSync(path.join(cacheDir, FOLDER, '.rlvr'), { recursive: true });
  const { warnings } = await find(MODEL_NAME, cacheDir);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /perhaps in part: .*tokenizer_config\.json.*rlvr get model owner\/tiny/);
  await getModel(MODEL_NAME, options);
  assert.deepEqual((await find(MODEL_NAME, cacheDir)).warnings, []);
});

test('what was agreed to is fetched, though the branch has gone on meanwhile', async (context) => {
  const { hub, cacheDir, options } = await place(context);
  const { commit } = await describeHubModel(MODEL_NAME, options);
  const later = await modelRepo(2);
  // The hub keeps both, and has its branch at the later one.
  hub.repo = { ...later, commit: LATER, earlier: [hub.repo] };
  const got = await getModel(MODEL_NAME, { ...options, commit });
  assert.equal(got.commit, MODEL_COMMIT);
  assert.deepEqual(await find(MODEL_NAME, cacheDir), { path: got.folder, revision: MODEL_COMMIT, warnings: [] });
  assert.equal((await getModel(MODEL_NAME, options)).commit, LATER);
});

test('a search lists names with what they are', async (context) => {
  const { options } = await place(context);
  assert.deepEqual(await searchModels('tiny', options), [
    { name: MODEL_NAME, downloads: 1234, likes: 5, isGated: false, licence: 'apache-2.0', parameters: 123_000_000 },
  ]);
  assert.deepEqual(await searchModels('huge', options), []);
});

function jsonOf(bytes: Uint8Array = new Uint8Array()): object {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString());
  return typeof value === 'object' && value !== null ? value : {};
}
