/** Promise: a model behind an API is evaluated by the engine of the window on a run's problems; the key travels in the question and stays nowhere. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../src/engine/protocol/errors.ts';
import type { ServerProgress } from '../../src/engine/protocol/serverRequests.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { startModelServer } from '../support/modelServer.ts';
import { HANG_LIMIT, makeProject, reward, train } from '../support/trainingProject.ts';
import { makeSessionsFolder, openWindow } from '../support/windowEngines.ts';

const KEY = 'sk-ofthisperson';
const MODEL = 'large-model';

test('models are listed to who has the key, then one is asked the problems of a run', HANG_LIMIT, async (t) => {
  const project = await makeProject('gpt2');
  const dataset = { source: 'train.jsonl', validation: 4 };
  const { dir } = await train(project, { rewards: [reward('digits')], dataset });
  const server = await startModelServer(({ path, authorization }) => {
    if (authorization !== `Bearer ${KEY}`) return { status: 401, body: 'no key' };
    if (path === '/v1/models') return { body: { data: [{ id: MODEL }, { id: 'other' }] } };
    return { body: { choices: [{ text: '2', finish_reason: 'stop' }] } };
  });
  t.after(() => server.close());
  const sessions = makeSessionsFolder();
  const { engines } = openWindow(t, sessions);
  const { signal } = new AbortController();
  const { baseUrl } = server;

  const refused = await engines.questions.servers.models({ baseUrl, key: null }, signal);
  assert.match(refused.refused ?? '', /status 401: no key$/, 'where another is given is said by who asks for it');
  const listed = await engines.questions.servers.models({ baseUrl, key: KEY }, signal);
  assert.deepEqual(listed, { kind: 'serverModels', models: [MODEL, 'other'], refused: null });

  const asked = { baseUrl, key: KEY, model: MODEL, path: dir, split: 'validation', runsDir: dirname(dir) } as const;
  const plan = await engines.questions.servers.plan(asked, signal);
  assert.deepEqual([plan.problems, plan.samples], [4, 1]);
  await assert.rejects(engines.questions.servers.plan({ ...asked, model: 'larg-model' }, signal), UserError);

  const progress: ServerProgress[] = [];
  const { runDir, lines } = await engines.questions.servers.evaluate(
    { ...asked, prices: { input: 1, output: 2 } },
    { signal, onProgress: (event) => void progress.push(event) },
  );
  assert.match(lines.join(' '), /Held-out accuracy.*4 problems.*by the prices given/);
  assert.deepEqual([progress.at(-1)?.done, progress.at(-1)?.total], [4, 4]);
  assert.equal(dirname(runDir), dirname(dir));
  const reader = RunReader.open(runDir);
  assert.equal(reader.manifest.policyServer?.model, MODEL);
  reader.close();
  for (const folder of [runDir, sessions])
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile())
        assert.ok(!readFileSync(join(entry.parentPath, entry.name), 'latin1').includes(KEY), entry.name);
});
