import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../run/samples.ts';
import { finish, jsonLines, rlvr, start } from './rlvr.ts';

const cwd = temporaryFolder();

test('--help lists every command', async () => {
  const { code, stdout, stderr } = await rlvr(['--help'], cwd);
  assert.equal(code, 0);
  assert.equal(stderr, '');
  for (const name of ['train', 'eval', 'runs', 'compare', 'export', 'doctor', 'verify']) {
    assert.match(stdout, new RegExp(`^  ${name} +[A-Z]`, 'm'));
  }
});

test('a mistyped command and option are told from the nearest', async () => {
  const command = await rlvr(['trian', 'x.rlvr.json'], cwd);
  assert.equal(command.code, 2);
  assert.match(command.stderr, /Did you mean "train"\?/);
  const option = await rlvr(['train', 'x.rlvr.json', '--sed', 'training.steps=1'], cwd);
  assert.equal(option.code, 2);
  assert.match(option.stderr, /Unknown option --sed\. Did you mean --set\?\n\nUsage: rlvr train <experiment>/);
});

test('arguments that are missing or do not go together', async () => {
  for (const [args, message] of [
    [['train'], /The experiment file is missing\./],
    [['train', '--resume', 'run', '--set', 'seed=1'], /do not go with --resume/],
    [['eval', 'x.rlvr.json', '--split', 'all'], /--split must be validation, test or train/],
    [['eval', 'x.rlvr.json', '--checkpoint', 'first'], /--checkpoint must be steps, best and last/],
    [['export', 'run'], /Nothing to export/],
  ] as const) {
    const { code, stderr } = await rlvr(args, cwd);
    assert.equal(code, 2, args.join(' '));
    assert.match(stderr, message);
  }
});

test('with --json what goes wrong is an object too', async () => {
  const { code, stdout, stderr } = await rlvr(['train', 'nowhere.rlvr.json', '--json'], cwd);
  assert.equal(code, 1);
  const [error, ...rest] = jsonLines(stdout);
  assert.deepEqual(rest, []);
  assert.equal(error?.['event'], 'error');
  assert.match(String(error['message']), /nowhere\.rlvr\.json/);
  assert.match(stderr, /^rlvr: [^\n]*nowhere\.rlvr\.json[^\n]*\n$/, 'one line, no stack');
});

test('a reader that goes away is no error', async () => {
  const child = start(['runs'], cwd);
  child.stdout.destroy();
  const { stderr } = await finish(child);
  assert.equal(stderr, '');
});
