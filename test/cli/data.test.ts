/** `rlvr data` and `rlvr get dataset`, as a person calls them. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { dataOverviewSchema } from '../../src/engine/protocol/dataOverview.ts';
import { temporaryFolder } from '../run/samples.ts';
import { fakeHub } from '../support/fakeHub.ts';
import { HANG_LIMIT, makeProject, reward } from '../support/trainingProject.ts';
import { finish, jsonLines, rlvr, start } from './rlvr.ts';

const COMMIT = 'c'.repeat(40);
const PROBLEMS = ['{"problem":"How many eggs?","answer":"2"}', '{"problem":"How many books?","answer":"3"}'];

async function project(dataset: object): Promise<string> {
  const { folder } = await makeProject('gpt2');
  writeFileSync(
    join(folder, 'x.rlvr.json'),
    JSON.stringify({ model: 'model', dataset, rewards: [reward('digits')], rollout: { maxCompletionLength: 8 } }),
  );
  return folder;
}

test('parts, leaks, lengths, columns and first rows', HANG_LIMIT, async () => {
  const cwd = await project({ source: 'train.jsonl', validation: 0.25, test: 'test.jsonl' });
  const leaking = readFileSync(join(cwd, 'test.jsonl'), 'utf8') + readFileSync(join(cwd, 'train.jsonl'), 'utf8');
  writeFileSync(join(cwd, 'test.jsonl'), leaking);
  const text = await rlvr(['data', 'x.rlvr.json'], cwd);
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /^train: train\.jsonl, 12 rows, sha256 [0-9a-f]{12}$/m);
  assert.match(text.stdout, /^train: 9 problems\n {2}tokens of a prompt: \d+ to \d+, median \d+/m);
  assert.match(text.stdout, /^9 of 14 test problems ask the same as one of train:\n {2}test row \d+, train row \d+$/m);
  assert.match(text.stdout, /^question: text$/m);
  assert.match(text.stdout, /^question: Eva has \d+ eggs\. How many\?$/m);

  const { code, stdout } = await rlvr(
    ['data', 'x.rlvr.json', '--json', '--set', 'dataset.filter.maxPromptTokens=1'],
    cwd,
  );
  assert.equal(code, 0);
  const [line] = jsonLines(stdout);
  const overview = dataOverviewSchema.parse(line);
  assert.deepEqual(
    overview.parts.map(({ part, rows, lengths }) => [part, rows, lengths?.measured, lengths?.leftOut]),
    [
      ['train', 9, 9, 9],
      ['validation', 3, 3, 3],
      ['test', 14, 14, 14],
    ],
  );
});

test('each task apart, and what one trains on and another is measured by', HANG_LIMIT, async () => {
  const { folder: cwd } = await makeProject('gpt2');
  const tasks = {
    eggs: { weight: 2, dataset: { source: 'train.jsonl', validation: 3 } },
    other: { dataset: { source: 'odd.jsonl', validation: 1, test: 'train.jsonl' }, solvedBy: 'digits' },
  };
  writeFileSync(join(cwd, 'odd.jsonl'), '{"question":"Why?"}\n{"question":"Who?"}\n{"question":"When?"}\n');
  const rewards = [reward('digits')];
  writeFileSync(
    join(cwd, 'x.rlvr.json'),
    JSON.stringify({ model: 'model', tasks, rewards, rollout: { maxCompletionLength: 8 } }),
  );
  const { code, stdout, stderr } = await rlvr(['data', 'x.rlvr.json'], cwd);
  assert.equal(code, 0, stderr);
  const [eggs = '', other = ''] = stdout.split('Task other\n');
  assert.match(
    eggs,
    /^Task eggs\n=+\nweight 2; rewards digits; solved where digits is 1\n\nSources\n-+\ntrain: train\.jsonl, 12 rows/,
  );
  assert.match(eggs, /None: no problem asks/);
  assert.match(
    other,
    /\n9 of 12 test problems ask the same as one of train of eggs:\n {2}test row \d+, train of eggs row \d+\n/,
  );
  const json = jsonLines((await rlvr(['data', 'x.rlvr.json', '--json'], cwd)).stdout);
  assert.deepEqual(
    json.map((line) => dataOverviewSchema.parse(line).task?.name),
    ['eggs', 'other'],
  );

  writeFileSync(join(cwd, 'odd.jsonl'), 'no json\n');
  assert.match((await rlvr(['data', 'x.rlvr.json'], cwd)).stderr, /Task other: .*odd\.jsonl, line 1/);
});

test(
  'rows that cannot be asked are told, not thrown; a model that is not there takes the lengths away',
  HANG_LIMIT,
  async () => {
    const cwd = await project({ source: 'odd.jsonl', validation: 1 });
    const rows = ['{"question":"One?"}', '{"question":null}', '{"question":"\\u001b[31mRed?"}', '{"question":"Four?"}'];
    writeFileSync(join(cwd, 'odd.jsonl'), rows.join('\n'));
    const { stdout, code } = await rlvr(['data', 'x.rlvr.json', '--set', 'model="none"'], cwd);
    assert.equal(code, 0);
    assert.match(
      stdout,
      /1 row cannot be asked, and training stops at the first: .*odd\.jsonl, row 1 \(line 2\).*is null/,
    );
    assert.match(stdout, /Lengths in tokens are not known: .*none/);
    assert.ok(!stdout.includes('\u001b'));
  },
);

test('a dataset of the hub is fetched when it is asked for, and by nothing else', HANG_LIMIT, async (context) => {
  const files = { 'train.jsonl': Buffer.from(PROBLEMS.join('\n')) };
  const hub = await fakeHub(context, { name: 'owner/problems', commit: COMMIT, files, token: 'hf_mine' });
  const cwd = await project({ source: 'hf:owner/problems', columns: { question: 'problem' } });
  const home = temporaryFolder();
  const call = (...args: string[]): ReturnType<typeof rlvr> =>
    finish(start(args, cwd, { HF_HOME: home, HF_ENDPOINT: hub.endpoint, HF_TOKEN: undefined }));

  for (const args of [
    ['data', 'x.rlvr.json'],
    ['train', 'x.rlvr.json'],
  ]) {
    const { code, stderr } = await call(...args);
    assert.equal(code, 1);
    assert.match(stderr, /hf:owner\/problems is not on this machine\..*rlvr get dataset "hf:owner\/problems"/);
  }
  assert.deepEqual(hub.requests, []);

  const refused = await call('get', 'dataset', 'x.rlvr.json');
  assert.deepEqual([refused.code, refused.stdout], [1, '']);
  assert.match(refused.stderr, /HF_TOKEN in a terminal/);

  writeFileSync(join(home, 'token'), 'hf_mine\n');
  const got = await call('get', 'dataset', 'x.rlvr.json', '--json');
  assert.equal(got.code, 0, got.stderr);
  const bytes = files['train.jsonl'].length;
  assert.deepEqual(jsonLines(got.stdout).at(-1), {
    event: 'got',
    source: 'hf:owner/problems',
    commit: COMMIT,
    files: ['train.jsonl'],
    fetched: 1,
    bytes,
  });
  assert.ok(![got.stdout, got.stderr].join('').includes('hf_mine'));
  const again = await call('get', 'dataset', 'hf:owner/problems');
  assert.equal(again.stdout, `hf:owner/problems at ${COMMIT}: was here already (train.jsonl)\n`);

  const data = await call('data', 'x.rlvr.json');
  assert.match(data.stdout, new RegExp(`^train: hf:owner/problems at ${COMMIT}, 2 rows`, 'm'));
  assert.match(data.stdout, /^question: How many/m);
});

test('what cannot be fetched says why', HANG_LIMIT, async () => {
  const cwd = await project({ source: 'train.jsonl' });
  const none = await rlvr(['get', 'dataset', 'x.rlvr.json'], cwd);
  assert.deepEqual([none.code, none.stderr.includes('names no dataset of the hub')], [1, true]);
  assert.match((await rlvr(['get', 'dataset', 'gone'], cwd)).stderr, /gone is no dataset of the hub, hf:owner\/name/);
  for (const wrong of [
    ['get', 'reward', 'x'],
    ['get', 'dataset'],
    ['get', 'model'],
    ['get', 'model', 'owner/name', 'more'],
    ['get', 'model', 'owner/name', '--search', 'words'],
    ['get', 'dataset', 'x.rlvr.json', '--look'],
  ])
    assert.equal((await rlvr(wrong, cwd)).code, 2, wrong.join(' '));
});
