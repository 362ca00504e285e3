import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandLine, shownPath } from './advice.ts';

test('paths below the current directory are said from there', () => {
  const cwd = join('/', 'work', 'project');
  assert.equal(shownPath(join(cwd, 'runs', 'r1'), cwd), join('runs', 'r1'));
  assert.equal(shownPath(join('/', 'work', 'other'), cwd), join('/', 'work', 'other'));
  assert.equal(shownPath(cwd, cwd), cwd);
});

test('a command can be copied into a shell', () => {
  assert.equal(commandLine(['train', '--resume', '.rlvr/runs/r1'], { env: {} }), 'rlvr train --resume .rlvr/runs/r1');
  assert.equal(commandLine(['eval', 'my runs/$x'], { env: {} }), 'rlvr eval "my runs/\\$x"');
});

test('within npm the program is reached through npx', () => {
  assert.equal(commandLine(['runs'], { env: { npm_execpath: '/usr/bin/npm-cli.js' } }), 'npx rlvr runs');
});
