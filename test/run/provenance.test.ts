import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from '../../src/engine/process/program.ts';
import { gitState } from '../../src/engine/run/provenance.ts';
import { temporaryFolder } from './samples.ts';

test('the state of a repository: none, clean, changed, with a new file', async () => {
  const folder = temporaryFolder();
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', '-c', 'commit.gpgSign=false', ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
  const nothing = { commit: null, dirty: false, diff: null };
  git('init', '--quiet');
  assert.deepEqual(await gitState(folder), nothing, 'before the first commit');
  writeFileSync(join(folder, 'reward.ts'), 'one\n');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  const commit = git('rev-parse', 'HEAD').trim();
  assert.deepEqual(await gitState(folder), { commit, dirty: false, diff: null });

  writeFileSync(join(folder, 'new.txt'), '');
  assert.deepEqual(await gitState(folder), { commit, dirty: true, diff: null });
  writeFileSync(join(folder, 'reward.ts'), 'two\n');
  const changed = await gitState(folder);
  assert.match(changed.diff ?? '', /^diff --git a\/reward.ts b\/reward.ts\n[^]*\n-one\n\+two\n$/);
});

test('without git, or a repository, nothing is known and nothing fails', async (t) => {
  const path = process.env['PATH'];
  process.env['PATH'] = temporaryFolder();
  t.after(() => (process.env['PATH'] = path));
  assert.deepEqual(await gitState(process.cwd()), { commit: null, dirty: false, diff: null });
});

test('a program that prints or runs too long is ended', async () => {
  const options = { cwd: process.cwd(), timeout: 60_000, maxOutput: 1000 };
  const node = (script: string, changes = {}) =>
    runProgram(process.execPath, ['-e', script], { ...options, ...changes });
  assert.deepEqual(
    await node('process.stdout.write(String(process.env.A)); process.exitCode = 3', { environment: { A: 'b' } }),
    {
      exitCode: 3,
      stdout: Buffer.from('b'),
    },
  );
  assert.equal(await node('process.stdout.write("x".repeat(2000))'), null);
  assert.equal(await node('setInterval(() => {}, 1000)', { timeout: 200 }), null);
});
