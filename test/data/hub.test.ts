/** Datasets of the Hugging Face hub, from a hub on this machine into a cache of its own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { getDataset } from '../../src/engine/data/hub/getDataset.ts';
import { unfinished } from '../../src/engine/hub/unfinishedFile.ts';
import { readParts, type DatasetParts } from '../../src/engine/data/parts.ts';
import { asReadBefore } from '../../src/engine/data/sources.ts';
import { datasetSchema, type DatasetConfig } from '../../src/engine/protocol/datasetConfig.ts';
import type { FakeRepo } from '../support/fakeHub.ts';
import { hubPlace, type HubPlace } from '../support/hubPlace.ts';

const COMMIT = 'a'.repeat(40);
const LATER = 'b'.repeat(40);
const rows = (name: string, count: number): Uint8Array =>
  Buffer.from(
    Array.from({ length: count }, (_, row) => JSON.stringify({ question: `${name} ${row}?`, answer: `${row}` })).join(
      '\n',
    ),
  );

const TRAIN = rows('train', 400);
const TEST = rows('test', 30);
const REPO: FakeRepo = {
  name: 'owner/problems',
  commit: COMMIT,
  revisions: ['v1', 'refs/convert/parquet'],
  card: {
    configs: [
      {
        config_name: 'main',
        default: true,
        data_files: [
          { split: 'train', path: 'main/train-*' },
          { split: 'test', path: ['main/test-*'] },
        ],
      },
      { config_name: 'hard', data_files: [{ split: 'train', path: 'hard/*.jsonl' }] },
    ],
  },
  files: {
    'README.md': Buffer.from('# Problems'),
    'main/train-00000-of-00001.jsonl': TRAIN,
    'main/test-00000-of-00001.jsonl': TEST,
    'hard/train.jsonl': rows('hard', 20),
  },
  large: ['main/train-00000-of-00001.jsonl'],
};

const place = (context: TestContext, repo: FakeRepo = REPO): Promise<HubPlace> => hubPlace(context, repo);

function config(dataset: object): DatasetConfig {
  return datasetSchema.parse(dataset);
}

function read(dataset: object, cacheDir: string): Promise<DatasetParts> {
  return readParts(config(dataset), '/', 0, { HF_HUB_CACHE: cacheDir });
}

const SOURCE = 'hf:owner/problems';
const FOLDER = 'datasets--owner--problems';
const contents = (url: string): boolean => url.includes('/resolve/') && !url.endsWith('bytes=0-0');

test('what was fetched is read without the hub, at a commit that is told', async (context) => {
  const { hub, cacheDir, options, told } = await place(context);
  const dataset = { source: SOURCE, test: SOURCE, validation: 10 };
  await assert.rejects(read(dataset, cacheDir), {
    name: 'UserError',
    message:
      'The dataset hf:owner/problems is not on this machine. Nothing is fetched unless you ask for it. In a terminal: rlvr get dataset "hf:owner/problems"; in the editor: Get Dataset, above "dataset" in the experiment.',
  });
  assert.deepEqual(hub.requests, []);

  const got = await getDataset(SOURCE, 'train', options);
  assert.deepEqual(got, {
    source: SOURCE,
    commit: COMMIT,
    files: ['main/train-00000-of-00001.jsonl'],
    fetched: 1,
    bytes: TRAIN.length,
  });
  assert.deepEqual(told.at(-1), {
    source: SOURCE,
    file: 'main/train-00000-of-00001.jsonl',
    done: TRAIN.length,
    total: TRAIN.length,
  });
  await assert.rejects(
    read(dataset, cacheDir),
    /main\/test-00000.* is missing.*rlvr get dataset "hf:owner\/problems\?split=test"/,
  );
  await getDataset(SOURCE, 'test', options);

  const asked = hub.requests.length;
  const parts = await read(dataset, cacheDir);
  assert.equal(hub.requests.length, asked);
  assert.deepEqual([parts.train.length, parts.validation.length, parts.test.length], [390, 10, 30]);
  assert.deepEqual(parts.origins, [
    { role: 'train', source: SOURCE, revision: COMMIT, sha256: sha256(TRAIN), rows: 400 },
    { role: 'test', source: SOURCE, revision: COMMIT, sha256: sha256(TEST), rows: 30 },
  ]);
  assert.equal(parts.train[0]?.file, 'hf:owner/problems/main/train-00000-of-00001.jsonl');
});

test(
  "the cache is laid out as Hugging Face's own tools have it",
  { skip: process.platform === 'win32' },
  async (context) => {
    const { cacheDir, options } = await place(context);
    await getDataset(SOURCE, 'train', options);
    await getDataset(`${SOURCE}@v1?split=test`, 'train', options);
    const folder = path.join(cacheDir, FOLDER);
    assert.equal(await readFile(path.join(folder, 'refs/main'), 'utf8'), COMMIT);
    assert.equal(await readFile(path.join(folder, 'refs/v1'), 'utf8'), COMMIT);
    const snapshot = path.join(folder, 'snapshots', COMMIT, 'main');
    assert.equal(await readlink(path.join(snapshot, 'train-00000-of-00001.jsonl')), `../../../blobs/${sha256(TRAIN)}`);
    const git = createHash('sha1').update(`blob ${TEST.length}\0`).update(TEST).digest('hex');
    assert.equal(await readlink(path.join(snapshot, 'test-00000-of-00001.jsonl')), `../../../blobs/${git}`);
    assert.deepEqual(await readFile(path.join(snapshot, 'test-00000-of-00001.jsonl')), TEST);
  },
);

test('what another tool has fetched is read too, by the names of its files', async (context) => {
  const { cacheDir } = await place(context);
  const snapshot = path.join(cacheDir, FOLDER, 'snapshots', COMMIT);
  for (const file of ['data/train-0.jsonl', 'data/train-1.jsonl', 'data/validation.jsonl'])
    await put(path.join(snapshot, file), rows(file, 5));
  await put(path.join(snapshot, 'dataset_infos.json'), Buffer.from('{}'));
  await put(path.join(cacheDir, FOLDER, 'refs/main'), Buffer.from(COMMIT));
  const parts = await read({ source: SOURCE, validation: SOURCE }, cacheDir);
  assert.deepEqual([parts.train.length, parts.validation.length], [10, 5]);
  assert.deepEqual(
    parts.train.map(({ row }) => row),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
});

test('a connection that breaks off is gone on with, at once and by the next call', async (context) => {
  const { hub, cacheDir, options } = await place(context);
  hub.breakAfter = [1000, 3000];
  await assert.rejects(getDataset(SOURCE, 'train', options), /the connection broke off.*What has arrived is kept/);
  await getDataset(SOURCE, 'train', { ...options, pausesMs: [0, 0] });
  const asked = hub.requests.filter(contents).map((request) => request.split(' ')[2] ?? 'whole');
  assert.deepEqual(asked, ['whole', `bytes=1000-${TRAIN.length - 1}`, `bytes=4000-${TRAIN.length - 1}`]);
  assert.equal((await read({ source: SOURCE }, cacheDir)).train.length, 200);
  // Nothing is left to fetch.
  assert.equal((await getDataset(SOURCE, 'train', options)).fetched, 0);
});

test('a mirror that sends the whole in place of the rest is gone on with too', async (context) => {
  const { hub, cacheDir, options } = await place(context);
  hub.breakAfter = [1000, 500];
  hub.ignoresRanges = true;
  await getDataset(SOURCE, 'train', { ...options, pausesMs: [0, 0] });
  assert.equal((await read({ source: SOURCE }, cacheDir)).train.length, 200);
});

test('two who fetch the same do not get into each other', async (context) => {
  const { hub, cacheDir, options } = await place(context);
  const both = await Promise.all([getDataset(SOURCE, 'train', options), getDataset(SOURCE, 'train', options)]);
  assert.deepEqual(
    both.map(({ fetched }) => fetched),
    [1, 0],
  );
  assert.equal(hub.requests.filter(contents).length, 1);
  assert.equal((await read({ source: SOURCE }, cacheDir)).train.length, 200);
});

test('what another process fetches is let be, what one left behind is gone on with', async (context) => {
  const blobs = (cacheDir: string): string => path.join(cacheDir, FOLDER, 'blobs');
  const running = await place(context);
  // The second and third as huggingface_hub names them, of late and before.
  const others = [
    unfinished(sha256(TRAIN)).replace(String(process.pid), String(process.ppid)),
    `${sha256(TRAIN)}.12345678.incomplete`,
    `${sha256(TRAIN)}.incomplete`,
  ];
  for (const name of others) await put(path.join(blobs(running.cacheDir), name), Buffer.from('other'));
  await getDataset(SOURCE, 'train', running.options);
  assert.deepEqual((await readdir(blobs(running.cacheDir))).sort(), [sha256(TRAIN), ...others].sort());

  const gone = await place(context);
  const { pid: dead } = spawnSync(process.execPath, ['--version']);
  await put(
    path.join(blobs(gone.cacheDir), unfinished(sha256(TRAIN)).replace(String(process.pid), String(dead))),
    TRAIN.subarray(0, 1000),
  );
  await getDataset(SOURCE, 'train', gone.options);
  assert.deepEqual(await readdir(blobs(gone.cacheDir)), [sha256(TRAIN)]);
  assert.match(gone.hub.requests.filter(contents).join(), /bytes=1000-/);
});

test('a cache that cannot be written is named, and so is a dataset that is too large', async (context) => {
  const { cacheDir, options } = await place(context);
  const file = path.join(cacheDir, 'file');
  await put(file, Buffer.from(''));
  await assert.rejects(getDataset(SOURCE, 'train', { ...options, cacheDir: file }), {
    name: 'UserError',
    message: /The cache .*file cannot be written.*HF_HUB_CACHE/,
  });
  const names = ['train-0.jsonl', 'train-1.jsonl'];
  const files = Object.fromEntries(names.map((name) => [name, TRAIN]));
  const sizes = Object.fromEntries(names.map((name) => [name, 512 * 1024 ** 2]));
  const large = await place(context, { ...REPO, card: {}, files, sizes, large: [] });
  await assert.rejects(getDataset(SOURCE, 'train', large.options), {
    name: 'UserError',
    message: /has 1073741824 bytes in 2 files, more than the 536870912 .*Name fewer files/,
  });
  assert.deepEqual(large.hub.requests.filter(contents), []);
});

test('what arrives otherwise than listed is thrown away', async (context) => {
  for (const source of [SOURCE, `${SOURCE}?split=test`]) {
    const { hub, cacheDir, options } = await place(context);
    hub.corrupts = true;
    await assert.rejects(getDataset(source, 'train', options), {
      name: 'UserError',
      message: /did not arrive as it is listed \(another checksum\), and was thrown away/,
    });
    await assert.rejects(read({ source }, cacheDir), /is not on this machine/);
    hub.corrupts = false;
    assert.equal((await getDataset(source, 'train', options)).fetched, 1);
  }
});

test('what the hub refuses says what to do; the token goes to the hub and into no message', async (context) => {
  const token = 'hf_secretsecret';
  const { hub, options } = await place(context, { ...REPO, token });
  await assert.rejects(getDataset(SOURCE, 'train', options), /private, asks for consent, or does not exist.*HF_TOKEN/);
  await assert.rejects(getDataset(SOURCE, 'train', { ...options, token: 'hf_other' }), (error: Error) => {
    assert.match(error.message, /is not open to your token/);
    assert.ok(!error.message.includes('hf_other'));
    return true;
  });
  await assert.rejects(getDataset(SOURCE, 'train', { ...options, token: 'secret' }), /does not look like one \(hf_…\)/);
  await assert.rejects(
    getDataset(SOURCE, 'train', { ...options, token, endpoint: 'http://mirror.invalid' }),
    /HF_ENDPOINT is not https/,
  );
  const before = hub.tokens.length;
  assert.equal((await getDataset(SOURCE, 'train', { ...options, token })).fetched, 1);
  assert.deepEqual([...new Set(hub.tokens.slice(before))], [token]);

  const found = await place(context);
  await assert.rejects(getDataset('hf:owner/other', 'train', found.options), /has no dataset owner\/other/);
  await assert.rejects(getDataset(`${SOURCE}@v2`, 'train', found.options), /owner\/problems has no such revision/);
  for (const [status, message] of [
    [429, /too many requests/],
    [503, /out of order at the moment \(503\)/],
    [418, /refused a request for owner\/problems \(418\)/],
  ] as const) {
    found.hub.refusesWith = status;
    await assert.rejects(getDataset(SOURCE, 'train', found.options), { name: 'UserError', message });
  }
  const nowhere = { ...found.options, endpoint: 'http://127.0.0.1:1' };
  await assert.rejects(getDataset(SOURCE, 'train', nowhere), /The hub at http:\/\/127\.0\.0\.1:1 cannot be reached/);
  await assert.rejects(getDataset(SOURCE, 'train', { ...found.options, offline: true }), /HF_HUB_OFFLINE is set/);
});

test('a file whose name leads out of the cache is not fetched', async (context) => {
  for (const name of [
    '../train.jsonl',
    'a/../../train.jsonl',
    'C:/train.jsonl',
    'a\\..\\train.jsonl',
    '/train.jsonl',
  ]) {
    const { options } = await place(context, { ...REPO, card: {}, files: { [name]: TRAIN } });
    await assert.rejects(getDataset(SOURCE, 'train', options), /leads out of its folder/, name);
  }
});

test('a run is resumed with the data that it read, whatever main has become', async (context) => {
  const { hub, cacheDir, options } = await place(context);
  const dataset = { source: SOURCE, validation: 10 };
  await getDataset(SOURCE, 'train', options);
  const before = await read(dataset, cacheDir);
  hub.repo = { ...REPO, commit: LATER, files: { ...REPO.files, 'main/train-00000-of-00001.jsonl': rows('later', 40) } };
  await getDataset(SOURCE, 'train', options);
  assert.equal((await read(dataset, cacheDir)).origins[0]?.revision, LATER);
  const again = await readParts(asReadBefore(config(dataset), before.origins), '/', 0, { HF_HUB_CACHE: cacheDir });
  assert.equal(again.hash, before.hash);
  assert.equal(again.origins[0]?.revision, COMMIT);

  // The editor would get what main has become.
  await rm(path.join(cacheDir, FOLDER, 'snapshots', COMMIT), { recursive: true });
  await assert.rejects(
    readParts(asReadBefore(config(dataset), before.origins), '/', 0, { HF_HUB_CACHE: cacheDir }),
    (error: Error) => error.message.endsWith(`In a terminal: rlvr get dataset "${SOURCE}@${COMMIT}".`),
  );
});

test('a stop ends it, and what has arrived stays', async (context) => {
  const { cacheDir, options } = await place(context);
  const stop = new AbortController();
  const onProgress = (): void => stop.abort();
  await assert.rejects(getDataset(SOURCE, 'train', { ...options, signal: stop.signal, onProgress }), {
    name: 'AbortError',
  });
  await access(path.join(cacheDir, FOLDER, 'blobs', `${sha256(TRAIN)}.rlvr.incomplete`));
});

async function put(file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, bytes);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
