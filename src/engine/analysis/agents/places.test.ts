import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findRun, runFolders } from './places.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rlvr-places-')));
after(() => rmSync(folder, { recursive: true }));

function run(...path: string[]): string {
  const dir = join(folder, ...path);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'run.sqlite'), '');
  return dir;
}

const OLD = '20260101-120000-aaaa';
const NEW = '20260102-120000-bbbb';
const OUTSIDE = '20260103-120000-cccc';
const places = {
  runsDirs: [join(folder, 'runs'), join(folder, 'nowhere')],
  runDirs: [run('colleague', '20260104-120000-dddd')],
};
const old = run('runs', OLD);
const newer = run('runs', NEW);
symlinkSync(run('elsewhere', OUTSIDE), join(folder, 'runs', OUTSIDE));
run('runs', 'not-a-run');

test('runs are those of the directories and those given one by one, newest first', () => {
  assert.deepEqual(runFolders(places), [...places.runDirs, newer, old]);
  assert.equal(findRun(places, OLD), old);
  assert.equal(findRun(places, '20260104-120000-dddd'), places.runDirs[0]);
});

test('no id leads anywhere else', () => {
  const hostile = [
    OUTSIDE,
    'not-a-run',
    '',
    '.',
    '..',
    `../elsewhere/${OUTSIDE}`,
    join(folder, 'elsewhere', OUTSIDE),
    `${OLD}/../${NEW}`,
    `${OLD}\0`,
    `${OLD}\n`,
    '20260109-120000-zzzz',
    '__proto__',
  ];
  for (const id of hostile) assert.throws(() => findRun(places, id), /There is no run/, id);
});
