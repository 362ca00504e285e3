import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { withPlaces } from './movedPlaces.ts';

/** A project in a new folder: its experiment in `deep`, its model beside, a run. */
function moved(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'rlvr-moved-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const project = join(folder, 'new');
  const runDir = join(project, '.rlvr', 'runs', '20260101-120000-abcd');
  for (const path of [runDir, join(project, 'deep'), join(project, 'models', 'tiny')])
    mkdirSync(path, { recursive: true });
  writeFileSync(join(project, 'deep', 'a.rlvr.json'), '{}');
  return { folder, project, runDir };
}

test('experiment and model of a project that was renamed are found from its run', (t) => {
  const { folder, project, runDir } = moved(t);
  const old = {
    experimentPath: join(folder, 'old', 'deep', 'a.rlvr.json'),
    modelPath: join(folder, 'old', 'models', 'tiny'),
  };
  assert.deepEqual(withPlaces(old, runDir), {
    experimentPath: join(project, 'deep', 'a.rlvr.json'),
    modelPath: join(project, 'models', 'tiny'),
  });
});

test('of a project from another platform too; a model outside of it stays where it was', (t) => {
  const { project, runDir } = moved(t);
  const old = { experimentPath: 'D:\\work\\old\\deep\\a.rlvr.json', modelPath: 'E:\\models\\tiny' };
  assert.deepEqual(withPlaces(old, runDir), {
    experimentPath: join(project, 'deep', 'a.rlvr.json'),
    modelPath: 'E:\\models\\tiny',
  });
});

test('what is in its place is left there, and so is what is found nowhere', (t) => {
  const { project, runDir, folder } = moved(t);
  const modelPath = join(folder, 'model');
  // The folder is there: the experiment was renamed or deleted.
  const inPlace = { experimentPath: join(folder, 'a.rlvr.json'), modelPath };
  assert.deepEqual(withPlaces(inPlace, runDir), inPlace);
  const nowhere = { experimentPath: join(folder, 'old', 'b.rlvr.json'), modelPath };
  assert.deepEqual(withPlaces(nowhere, runDir), nowhere);
  // No file far above a run is taken for its experiment.
  writeFileSync(join(folder, 'b.rlvr.json'), '{}');
  assert.deepEqual(withPlaces(nowhere, runDir), nowhere);
  const upwards = { experimentPath: join(project, 'gone', '..', '..', '..', 'b.rlvr.json'), modelPath };
  assert.deepEqual(withPlaces(upwards, runDir).experimentPath, upwards.experimentPath);
});
