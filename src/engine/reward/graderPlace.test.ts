import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { graderPlace, projectFolder } from './graderPlace.ts';

const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'rlvr-place, ')));
after(() => rmSync(root, { recursive: true, force: true }));

function folder(name: string): string {
  const made = path.join(root, name);
  mkdirSync(made, { recursive: true });
  return made;
}

test('a reward may read its project: the repository it lies in, or else the folder of the experiment', () => {
  const experiment = folder('repository/experiments/one');
  const modules = folder('modules');
  assert.deepEqual(graderPlace(experiment, modules, []).readable, [modules, experiment]);
  folder('repository/.git');
  assert.deepEqual(graderPlace(experiment, modules, []), {
    folder: experiment,
    readable: [modules, path.join(root, 'repository')],
  });
});

test('a reward file elsewhere has its own folder, and what lies in another one is not said twice', () => {
  const [experiment, other, modules] = [folder('plain'), folder('other'), folder('plain/modules')];
  const files = [path.join(other, 'reward.ts'), path.join(experiment, 'deep', 'reward.ts')];
  assert.deepEqual(graderPlace(experiment, modules, files).readable, [other, experiment].sort());
});

test('a folder that is reached by a link is readable under both names', () => {
  const modules = folder('modules');
  const link = path.join(root, 'link');
  symlinkSync(folder('target'), link, 'junction');
  assert.deepEqual(graderPlace(link, modules, []).readable, [link, modules, path.join(root, 'target')].sort());
});

test('neither the home folder nor the disk is a project', () => {
  const experiment = path.join(homedir(), 'rlvr-no-such-folder');
  assert.equal(projectFolder(experiment), experiment);
  assert.equal(projectFolder(homedir()), homedir());
  const top = path.parse(homedir()).root;
  assert.equal(projectFolder(path.join(top, 'rlvr-no-such-folder')), path.join(top, 'rlvr-no-such-folder'));
});
