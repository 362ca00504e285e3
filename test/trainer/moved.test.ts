/** Promise: a project that is moved or renamed takes its runs along: they resume to the same bytes. */
import assert from 'node:assert/strict';
import { mkdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { RunReader } from '../../src/engine/run/reader.ts';
import { assertSameRun, recordOf } from '../support/runRecord.ts';
import { HANG_LIMIT, makeProject, resume, runsDir, train, type Changes } from '../support/trainingProject.ts';

const changes: Changes = { training: { steps: 3 }, evaluation: { every: 0 } };
const WINDOWS = process.platform === 'win32' && 'Windows does not rename a folder in which files are open';

test('a run is resumed after its project was renamed and moved', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const straight = recordOf((await train(project, changes)).dir);
  const stopped = await train(project, changes, {
    onEvent: (event, stop) => {
      if (event.event === 'step' && event.step === 1) stop();
    },
  });
  assert.equal(stopped.outcome, 'stopped');

  const elsewhere = join(project.folder, 'elsewhere');
  const moved = join(elsewhere, 'another name');
  mkdirSync(moved, { recursive: true });
  for (const name of ['model', 'rewards.ts', 'train.jsonl', 'experiment.rlvr.json', basename(runsDir(project))])
    renameSync(join(project.folder, name), join(moved, name));
  // Where the project was there is nothing any more.
  const gone = `${project.folder}-old`;
  renameSync(project.folder, gone);
  const dir = join(gone, 'elsewhere', 'another name', 'runs', basename(stopped.dir));

  const reader = RunReader.open(dir);
  assert.equal(reader.manifest.experimentPath, join(dirname(dirname(dir)), 'experiment.rlvr.json'));
  assert.equal(reader.manifest.modelPath, join(dirname(dirname(dir)), 'model'));
  reader.close();
  assert.equal((await resume(dir)).outcome, 'finished');
  assertSameRun(recordOf(dir), straight);
  renameSync(gone, project.folder);
});

test(
  'a run whose folder is renamed while it goes on says so, and goes on there',
  { ...HANG_LIMIT, skip: WINDOWS },
  async () => {
    const project = await makeProject('gpt2');
    const straight = recordOf((await train(project, changes)).dir);
    let dir = '';
    const renamed = (): string => `${dir}-renamed`;
    await assert.rejects(
      train(project, changes, {
        onEvent: (event) => {
          if (event.event === 'started') dir = event.runDir;
          if (event.event === 'step' && event.step === 1) renameSync(dir, renamed());
        },
      }),
      { name: 'UserError', message: /The run folder .* is gone: .*moved, renamed or deleted.*resume it there/ },
    );
    assert.equal((await resume(renamed())).outcome, 'finished');
    assertSameRun(recordOf(renamed()), straight);
  },
);
