import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../protocol/errors.ts';
import { parseArguments } from './arguments.ts';

const options = {
  runs: { type: 'string' },
  set: { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const;

function usageError(message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof UsageError && message.test(error.message);
}

test('options may stand anywhere and repeat', () => {
  const { values, positionals } = parseArguments(['--set', 'a=1', 'x.json', '--set=b=-2', '--json'], {
    options,
    positionals: ['experiment'],
  });
  assert.deepEqual(values.set, ['a=1', 'b=-2']);
  assert.equal(values.json, true);
  assert.equal(values.runs, undefined);
  assert.deepEqual(positionals, ['x.json']);
});

test('behind -- nothing is an option', () => {
  assert.deepEqual(parseArguments(['--', '--json'], { options, positionals: ['experiment'] }).positionals, ['--json']);
});

test('an unknown option is named with the nearest one', () => {
  assert.throws(
    () => parseArguments(['--rnus', 'x'], { options, positionals: ['experiment'] }),
    usageError(/^Unknown option --rnus\. Did you mean --runs\?$/),
  );
  assert.throws(
    () => parseArguments(['a', '-z'], { options, positionals: [] }),
    usageError(/^Unknown option -z\. Options are --runs, --set, --json\.$/),
  );
});

test('values that are missing, or that nobody asked for', () => {
  assert.throws(
    () => parseArguments(['--runs'], { options, positionals: [] }),
    usageError(/--runs.* argument missing\.$/),
  );
  assert.throws(
    () => parseArguments(['--json=3'], { options, positionals: [] }),
    usageError(/--json' does not take an argument\.$/),
  );
  assert.throws(() => parseArguments(['--set', '-x'], { options, positionals: [] }), usageError(/'--set=-XYZ'\.$/));
});

test('positional arguments are counted', () => {
  const spec = { options, positionals: ['run folder'] } as const;
  assert.throws(() => parseArguments([], spec), usageError(/^The run folder is missing\.$/));
  assert.throws(() => parseArguments(['a', 'b'], spec), usageError(/^Unexpected argument "b"\.$/));
  assert.throws(() => parseArguments(['a'], { options, positionals: [] }), usageError(/"a"/));
});

test('more arguments may follow only where that is said', () => {
  const spec = { options, positionals: ['run', 'other run'] } as const;
  assert.throws(() => parseArguments(['a', 'b', 'c'], spec), usageError(/^Unexpected argument "c"\.$/));
  const { positionals, more } = parseArguments(['a', '--json', 'b', 'c', 'd'], { ...spec, more: true });
  assert.deepEqual(
    [positionals, more],
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  );
  assert.throws(() => parseArguments(['a'], { ...spec, more: true }), usageError(/^The other run is missing\.$/));
});
