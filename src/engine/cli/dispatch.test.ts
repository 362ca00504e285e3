import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError, UserError } from '../protocol/errors.ts';
import { EXIT, type Command, type CommandIO } from './command.ts';
import { dispatch } from './dispatch.ts';
import { VERSION } from './version.ts';

interface Call {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What the command was given; null where it was not run. */
  readonly args: readonly string[] | null;
}

async function call(
  args: readonly string[],
  run: () => number = () => EXIT.done,
  nodeVersion = '24.0.0',
): Promise<Call> {
  const written = { stdout: '', stderr: '' };
  const given: (readonly string[])[] = [];
  const command = (name: string): Command => ({
    name,
    summary: `Does ${name}`,
    usage: `rlvr ${name} <file>`,
    run: (rest) => {
      given.push(rest);
      return new Promise((resolve) => resolve(run()));
    },
  });
  const io: CommandIO = {
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
    signal: new AbortController().signal,
    env: {},
    cwd: '/',
  };
  const code = await dispatch(args, [command('train'), command('doctor')], io, nodeVersion);
  return { code, ...written, args: given[0] ?? null };
}

function failing(error: unknown): () => never {
  return () => {
    throw error;
  };
}

test('a command gets the arguments behind its name, and its code is the result', async () => {
  const { code, args } = await call(['train', 'x', '--json'], () => EXIT.stopped);
  assert.equal(code, 130);
  assert.deepEqual(args, ['x', '--json']);
});

test('help and version go to stdout', async () => {
  for (const args of [['--help'], ['-h'], ['help']]) {
    const { code, stdout, stderr } = await call(args);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    assert.match(stdout, /^ {2}train {3}Does train$/m);
  }
  for (const args of [
    ['train', '--help'],
    ['train', 'x', '-h'],
    ['help', 'train'],
  ]) {
    const { code, stdout, args: given } = await call(args);
    assert.equal(code, 0);
    assert.equal(given, null);
    assert.equal(stdout, 'Does train.\n\nUsage: rlvr train <file>\n');
  }
  assert.equal((await call(['--version'])).stdout, `${VERSION}\n`);
});

test('behind -- a name may look like --help', async () => {
  assert.deepEqual((await call(['train', '--', '--help'])).args, ['--', '--help']);
});

test('wrong usage says what is meant and how it is called', async () => {
  const unknown = await call(['trian']);
  assert.equal(unknown.code, 2);
  assert.equal(unknown.stdout, '');
  assert.match(unknown.stderr, /Unknown command "trian"\. Did you mean "train"\?/);
  assert.match((await call(['xyz'])).stderr, /Commands are train, doctor\./);
  assert.equal((await call([])).code, 2);
  assert.match((await call(['--jsn'])).stderr, /--jsn/);
  const { code, stderr } = await call(['train'], failing(new UsageError('The file is missing.')));
  assert.equal(code, 2);
  assert.equal(stderr, 'rlvr: The file is missing.\n\nUsage: rlvr train <file>\n');
});

test("the user's errors are a message, ours a stack and how to report it", async () => {
  const mine = await call(['train'], failing(new UserError('x.jsonl:3 has no answer.')));
  assert.equal(mine.code, 1);
  assert.equal(mine.stderr, 'rlvr: x.jsonl:3 has no answer.\n');
  const ours = await call(['train'], failing(new TypeError('broken')));
  assert.equal(ours.code, 1);
  assert.match(ours.stderr, /TypeError: broken\n +at /);
  assert.match(ours.stderr, /report/);
});

test('with --json an error is an object as well', async () => {
  for (const [error, code] of [
    [new UsageError('wrong'), 2],
    [new UserError('wrong'), 1],
    [new TypeError('wrong'), 1],
  ] as const) {
    const result = await call(['train', '--json'], failing(error));
    assert.equal(result.code, code);
    assert.equal(result.stdout, '{"event":"error","message":"wrong"}\n');
    assert.notEqual(result.stderr, '');
  }
});

test('on an old Node only the doctor runs', async () => {
  const { code, stderr, args } = await call(['train', 'x'], undefined, '20.20.2');
  assert.equal(code, 1);
  assert.equal(args, null);
  assert.match(stderr, /Node 20\.20\.2 .*node:sqlite.*npx rlvr/);
  assert.equal((await call(['doctor'], undefined, '20.20.2')).code, 0);
  assert.equal((await call(['train', '--help'], undefined, '20.20.2')).code, 0);
});
