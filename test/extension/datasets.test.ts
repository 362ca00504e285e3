/** Promise: data is described and fetched by the engine of the window; the token travels in the question, and a stop stops it. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DownloadProgress } from '../../src/engine/protocol/data.ts';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { temporaryFolder } from '../run/samples.ts';
import { fakeHub } from '../support/fakeHub.ts';
import { HANG_LIMIT, makeProject, reward } from '../support/trainingProject.ts';
import { makeSessionsFolder, openWindow } from '../support/windowEngines.ts';

const TOKEN = 'hf_ofthisperson';
const rows = Array.from({ length: 40 }, (_, row) =>
  JSON.stringify({ question: `How many are ${row}?`, answer: `${row}` }),
);
const repo = {
  name: 'owner/problems',
  commit: 'd'.repeat(40),
  files: { 'train.jsonl': Buffer.from(rows.join('\n')) },
  token: TOKEN,
};

test('a dataset of the hub is fetched by the engine, with progress, and then described', HANG_LIMIT, async (t) => {
  const hub = await fakeHub(t, repo);
  // As an editor that was started from a shell has them; the token of that shell is not used.
  Object.assign(process.env, { HF_HOME: temporaryFolder(), HF_ENDPOINT: hub.endpoint, HF_TOKEN: 'hf_ofanother' });
  const sessionsDir = makeSessionsFolder();
  const { folder } = await makeProject('gpt2');
  const path = join(folder, 'unsaved.rlvr.json');
  const text = JSON.stringify({
    model: 'model',
    dataset: { source: 'hf:owner/problems', validation: 10, prompt: '{question}' },
    rewards: [reward('digits')],
    rollout: { maxCompletionLength: 8 },
  });
  const { engines } = openWindow(t, sessionsDir);

  await assert.rejects(engines.questions.describeData({ path, text }), (error) => {
    return error instanceof UserError && /is not on this machine.*Get Dataset/.test(error.message);
  });
  assert.deepEqual(hub.requests, []);

  const progress: DownloadProgress[] = [];
  const patience = {
    onProgress: (event: DownloadProgress) => progress.push(event),
    signal: new AbortController().signal,
  };
  await assert.rejects(engines.questions.getDataset({ path, text, token: null }, patience), /Store Hugging Face Token/);
  const got = await engines.questions.getDataset({ path, text, token: TOKEN }, patience);
  assert.deepEqual(
    got.map(({ source, fetched }) => [source, fetched]),
    [['hf:owner/problems', 1]],
  );
  const bytes = repo.files['train.jsonl'].length;
  assert.deepEqual(progress.at(-1), {
    phase: 'download',
    source: 'hf:owner/problems',
    file: 'train.jsonl',
    done: bytes,
    total: bytes,
  });
  assert.deepEqual([...new Set(hub.tokens)], ['', TOKEN]);

  const [overview] = await engines.questions.describeData({ path, text });
  assert.ok(overview);
  assert.deepEqual(
    overview.parts.map(({ part, rows: count }) => [part, count]),
    [
      ['train', 30],
      ['validation', 10],
      ['test', 0],
    ],
  );
  assert.equal(overview.sources[0]?.revision, repo.commit);

  const [session = assert.fail('no engine')] = readdirSync(sessionsDir);
  for (const file of readdirSync(join(sessionsDir, session), { withFileTypes: true }))
    if (file.isFile())
      assert.ok(!readFileSync(join(sessionsDir, session, file.name), 'utf8').includes(TOKEN), file.name);

  const stop = new AbortController();
  stop.abort();
  await assert.rejects(
    engines.questions.getDataset({ path, text, token: TOKEN }, { ...patience, signal: stop.signal }),
  );
});
