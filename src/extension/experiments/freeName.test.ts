import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { freeName, nameProblem } from './freeName.ts';

test('a new file takes no name that is taken, and says why a name will not do', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'names-'));
  context.after(() => rmSync(folder, { recursive: true }));
  assert.equal(freeName(folder, 'experiment', '.rlvr.json'), 'experiment.rlvr.json');
  writeFileSync(join(folder, 'experiment.rlvr.json'), '');
  writeFileSync(join(folder, 'experiment2.rlvr.json'), '');
  assert.equal(freeName(folder, 'experiment', '.rlvr.json'), 'experiment3.rlvr.json');

  const names = ['good.ts', ' ', '../up.ts', 'a\\b.ts', '.hidden', 'experiment.rlvr.json'];
  assert.deepEqual(
    names.map((name) => nameProblem(folder, name)),
    [null, 'empty', 'path', 'path', 'path', 'taken'],
  );
});
