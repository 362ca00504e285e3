import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { experimentInside } from './projects.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rlvr-projects-')));
after(() => rmSync(folder, { recursive: true }));

test('experiments are files of the project', () => {
  const project = join(folder, 'project');
  mkdirSync(join(project, 'nested'), { recursive: true });
  const own = join(project, 'nested', 'own.rlvr.json');
  const other = join(folder, 'other.rlvr.json');
  for (const file of [own, other, join(project, 'plain.json'), join(folder, 'project-two.rlvr.json')])
    writeFileSync(file, '{}');
  symlinkSync(other, join(project, 'link.rlvr.json'));
  symlinkSync(own, join(project, 'inside.rlvr.json'));

  assert.equal(experimentInside([project], 'nested/own.rlvr.json'), own);
  assert.equal(experimentInside([project], own), own);
  assert.equal(experimentInside([project], 'inside.rlvr.json'), join(project, 'inside.rlvr.json'));
  assert.equal(experimentInside([project, folder], other), other);

  for (const path of ['../other.rlvr.json', other, 'link.rlvr.json', join(folder, 'project-two.rlvr.json')])
    assert.throws(() => experimentInside([project], path), /outside of this project/, path);
  for (const path of ['plain.json', 'missing.rlvr.json', '', '.', 'nested/own.rlvr.json\0', '/etc/passwd'])
    assert.throws(() => experimentInside([project], path), /There is no experiment file/, path);
});
