/** Promise: models are searched for, described and fetched by the engine of the window; the token travels in the question, and a stop stops it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DownloadProgress } from '../../src/engine/protocol/data.ts';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { temporaryFolder } from '../run/samples.ts';
import { fakeHub } from '../support/fakeHub.ts';
import { MODEL_COMMIT, MODEL_NAME, modelRepo, WEIGHTS } from '../support/modelRepo.ts';
import { HANG_LIMIT } from '../support/trainingProject.ts';
import { makeSessionsFolder, openWindow } from '../support/windowEngines.ts';

const TOKEN = 'hf_ofthisperson';

test('a gated model is found, described and fetched by the engine, with progress', HANG_LIMIT, async (t) => {
  const hub = await fakeHub(t, { ...(await modelRepo()), gatedBy: TOKEN });
  // As an editor that was started from a shell has them; the token of that shell is not used.
  Object.assign(process.env, { HF_HOME: temporaryFolder(), HF_ENDPOINT: hub.endpoint, HF_TOKEN: 'hf_ofanother' });
  const { engines } = openWindow(t, makeSessionsFolder());
  const { signal } = new AbortController();

  const [found] = await engines.questions.searchModels({ words: 'tiny', token: null }, signal);
  assert.deepEqual([found?.name, found?.isGated, found?.licence], [MODEL_NAME, true, 'apache-2.0']);
  await assert.rejects(engines.questions.describeModel({ model: MODEL_NAME, token: null }, signal), (error) => {
    return error instanceof UserError && /is gated.*Store Hugging Face Token/.test(error.message);
  });
  const question = { model: MODEL_NAME, token: TOKEN };
  const described = await engines.questions.describeModel(question, signal);
  const agreed = { ...question, commit: described.commit };
  assert.deepEqual([described.commit, described.architecture], [MODEL_COMMIT, 'gpt2']);

  const progress: DownloadProgress[] = [];
  const onProgress = (event: DownloadProgress): void => void progress.push(event);
  const stop = new AbortController();
  stop.abort();
  await assert.rejects(engines.questions.getModel(agreed, { onProgress, signal: stop.signal }));
  const got = await engines.questions.getModel(agreed, { onProgress, signal });
  assert.deepEqual([got.fetched, got.bytes], [1, described.missingBytes]);
  assert.deepEqual([progress.at(-1)?.file, progress.at(-1)?.done], [WEIGHTS, described.missingBytes]);
  assert.equal((await engines.questions.getModel(agreed, { onProgress, signal })).fetched, 0);
  assert.deepEqual([...new Set(hub.tokens)].sort(), ['', TOKEN]);
});
