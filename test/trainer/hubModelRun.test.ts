/** Promise: a run knows its model. It records the commit of a model of the hub, and goes on with that one when the branch has moved. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { findExperiment } from '../../src/engine/handover/findExperiment.ts';
import { hubPlaces } from '../../src/engine/hub/hubPlaces.ts';
import { readAdapterConfig } from '../../src/engine/model/adapterConfig.ts';
import { getModel } from '../../src/engine/model/hub/getModel.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { exportPolicy } from '../../src/engine/trainer/exportPolicy.ts';
import { temporaryFolder } from '../run/samples.ts';
import { fakeHub } from '../support/fakeHub.ts';
import { MODEL_COMMIT, MODEL_NAME, modelRepo } from '../support/modelRepo.ts';
import { HANG_LIMIT, makeProject, resume, train } from '../support/trainingProject.ts';

const LATER = '2'.repeat(40);

test('a run is resumed with the model that it began with, in whatever state its branch is', HANG_LIMIT, async (t) => {
  const hub = await fakeHub(t, await modelRepo());
  Object.assign(process.env, { HF_HOME: temporaryFolder(), HF_ENDPOINT: hub.endpoint });
  const get = (): Promise<unknown> =>
    getModel(MODEL_NAME, {
      ...hubPlaces(process.env),
      token: null,
      commit: null,
      signal: new AbortController().signal,
      onDescription: () => {},
      onProgress: () => {},
    });
  const project = await makeProject('gpt2');
  const changes = { model: MODEL_NAME };
  await assert.rejects(
    train(project, changes),
    /owner\/tiny of the Hugging Face hub is not on this machine.*rlvr get model/,
  );
  assert.equal(hub.requests.length, 0, 'training fetches nothing');
  await get();

  const asked = hub.requests.length;
  const stopped = await train(project, changes, {
    onEvent: (event, stop) => {
      if (event.event === 'step' && event.step === 1) stop();
    },
  });
  assert.equal(stopped.outcome, 'stopped');
  hub.repo = { ...(await modelRepo(2)), commit: LATER };
  assert.equal(hub.requests.length, asked);
  await get();

  const { outcome } = await resume(stopped.dir);
  assert.equal(outcome, 'finished');
  const reader = RunReader.open(stopped.dir);
  t.after(() => reader.close());
  const { modelRevision, modelPath } = reader.manifest;
  assert.equal(modelRevision, MODEL_COMMIT);
  assert.ok(modelPath.includes(MODEL_COMMIT));

  // So it leaves, too.
  assert.equal(findExperiment(stopped.dir).experiment.model, `${MODEL_NAME}@${MODEL_COMMIT}`);
  const outDir = join(project.folder, 'adapter');
  const options = { runDir: stopped.dir, outDir, policy: 'last', form: 'peft', overwrite: false } as const;
  await exportPolicy(options, new AbortController().signal);
  const { baseModel, revision } = await readAdapterConfig(outDir);
  assert.deepEqual([baseModel, revision], [MODEL_NAME, MODEL_COMMIT]);

  const another = await train(project, changes);
  const later = RunReader.open(another.dir);
  t.after(() => later.close());
  assert.equal(later.manifest.modelRevision, LATER);
  assert.notEqual(later.manifest.modelHash, reader.manifest.modelHash);
});
