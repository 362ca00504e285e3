/** Two folders in one window: each keeps the runs of its experiments. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { screenshot } from '../workbench/artifacts.ts';
import { openView, treeRow } from '../workbench/views.ts';
import { writeProject } from './project.ts';
import { ended, runsIn, startTraining } from './runs.ts';
import { scenario } from './scenario.ts';

scenario('two roots', async (stage) => {
  const parent = stage.makeFolder('both');
  const [first, second] = ['arithmetic', 'geometry'].map((name) => {
    const folder = path.join(parent, name);
    mkdirSync(folder);
    writeProject(folder, { name, steps: 5 });
    return folder;
  });
  assert.ok(first !== undefined && second !== undefined);
  const workspaceFile = path.join(parent, 'both.code-workspace');
  writeFileSync(workspaceFile, JSON.stringify({ folders: [{ path: 'arithmetic' }, { path: 'geometry' }] }));
  const { page } = await stage.open({ open: { workspaceFile } });

  await startTraining(page, 'arithmetic');
  await ended(first);
  await startTraining(page, 'geometry');
  await ended(second);

  await openView(page, 'RLVR');
  await treeRow(page, 'arithmetic').waitFor();
  await treeRow(page, 'geometry').waitFor();
  await screenshot(page, 'two roots');
  assert.equal(runsIn(first).length, 1);
  assert.equal(runsIn(second).length, 1);
});
