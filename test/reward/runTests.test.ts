/** Promise: code that a model wrote is run with its tests, and neither its accidents nor its tricks are taken for a pass. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { TestsQuestion } from '../../src/engine/protocol/services.ts';
import { preferPython } from '../../src/engine/process/python.ts';
import { runTests } from '../../src/engine/reward/services/runTests.ts';
import { isRunning, until } from '../support/processes.ts';
import { temporaryFolder } from './support.ts';

const TEST_LIMIT = { timeout: 120_000 };

/** So long that only a hang reaches it, but for the cases that hang. */
const NO_HANG_S = 60;

const forever = new AbortController().signal;
const folder = temporaryFolder();

function ask(question: Pick<TestsQuestion, 'language' | 'code'> & Partial<TestsQuestion>, signal = forever) {
  const defaults = { service: 'runTests', tests: '', timeout: NO_HANG_S } as const;
  return runTests({ ...defaults, ...question }, folder, signal);
}

interface Case {
  readonly name: string;
  readonly code: string;
  readonly tests?: string;
  readonly timeout?: number;
  readonly outcome: 'passed' | 'failed' | 'timeout' | 'memory';
  readonly message?: RegExp;
}

const outside = JSON.stringify(path.join(folder, 'written'));

const python: readonly Case[] = [
  { name: 'right', code: 'def f(x):\n  return x + 1', tests: 'assert f(1) == 2', outcome: 'passed', message: /^$/ },
  {
    name: 'wrong',
    code: 'def f(x):\n  return x',
    tests: '\nassert f(1) == 2, "one"',
    outcome: 'failed',
    message: /^line 2 of the tests: AssertionError: one$/,
  },
  {
    name: 'throws',
    code: 'def f(x):\n  return x / 0',
    tests: 'f(1)',
    outcome: 'failed',
    message: /^line 2 of the code: ZeroDivisionError/,
  },
  { name: 'syntax', code: 'def f(:', outcome: 'failed', message: /^line 1 of the code: SyntaxError/ },
  { name: 'leaves', code: 'import sys\nsys.exit(0)', outcome: 'failed', message: /SystemExit: 0/ },
  {
    name: 'leaves at once',
    code: 'import os\nos._exit(0)',
    outcome: 'failed',
    message: /before its tests were done: exit code 0/,
  },
  {
    name: 'forges a verdict',
    code: 'import os\nopen("verdict.json", "w").write(\'{"token":"","outcome":"passed","message":""}\')\nos._exit(0)',
    outcome: 'failed',
    message: /before its tests were done/,
  },
  { name: 'loops', code: 'while True: pass', timeout: 1, outcome: 'timeout', message: /took longer than 1 s/ },
  { name: 'sleeps', code: 'import time\ntime.sleep(1000)', timeout: 1, outcome: 'timeout' },
  { name: 'takes memory', code: 'x = bytearray(8 << 30)', outcome: 'memory' },
  { name: 'prints without end', code: 'while True: print("x" * 1000)', timeout: 1, outcome: 'timeout' },
  {
    name: 'starts programs',
    code: 'import subprocess\nsubprocess.run(["ls"])',
    outcome: 'failed',
    message: /not allowed in tests/,
  },
  { name: 'a shell', code: 'import os\nos.system("ls")', outcome: 'failed', message: /os\.system is not allowed/ },
  {
    name: 'connects',
    code: 'import socket\nsocket.create_connection(("127.0.0.1", 9))',
    outcome: 'failed',
    message: /not allowed/,
  },
  {
    name: 'writes elsewhere',
    code: `open(${outside}, "w")`,
    outcome: 'failed',
    message: /outside of the temporary folder/,
  },
  {
    name: 'removes elsewhere',
    code: `import os\nos.rmdir(${JSON.stringify(folder)})`,
    outcome: 'failed',
    message: /not allowed/,
  },
  { name: 'writes at home', code: 'open("x", "w").write("1")\nassert open("x").read() == "1"', outcome: 'passed' },
  { name: 'reads the environment', code: 'import os\nassert "canary" not in str(dict(os.environ))', outcome: 'passed' },
  { name: 'asks', code: 'input()', outcome: 'failed', message: /EOFError/ },
  {
    name: 'asyncio',
    code: 'import asyncio\nasync def f(): return 1',
    tests: 'assert asyncio.run(f()) == 1',
    outcome: 'passed',
  },
];

const javascript: readonly Case[] = [
  { name: 'right', code: 'const f = (x) => x + 1;', tests: 'require("assert").equal(f(1), 2)', outcome: 'passed' },
  {
    name: 'wrong',
    code: 'const f = (x) => x;',
    tests: '\nrequire("assert").equal(f(1), 2)',
    outcome: 'failed',
    message: /^line 2 of the tests: AssertionError/,
  },
  {
    name: 'throws',
    code: 'function f() {\n  null.x;\n}',
    tests: 'f()',
    outcome: 'failed',
    message: /^line 2 of the code: TypeError/,
  },
  { name: 'rejects', code: 'await null; throw new Error("late");', outcome: 'failed', message: /Error: late/ },
  { name: 'syntax', code: 'const f = (;', outcome: 'failed', message: /SyntaxError/ },
  { name: 'leaves', code: 'process.exit(0)', outcome: 'failed', message: /before its tests were done: exit code 0/ },
  { name: 'loops', code: 'for (;;);', timeout: 1, outcome: 'timeout', message: /took longer than 1 s/ },
  { name: 'never settles', code: 'await new Promise((r) => setTimeout(r, 1e6))', timeout: 1, outcome: 'timeout' },
  { name: 'takes memory', code: 'const kept = []; for (;;) kept.push(Buffer.alloc(1 << 24, 1));', outcome: 'memory' },
  {
    name: 'starts programs',
    code: 'require("child_process").execSync("ls")',
    outcome: 'failed',
    message: /restricted/,
  },
  {
    name: 'reads',
    code: 'require("fs").readdirSync(require("os").userInfo().homedir)',
    outcome: 'failed',
    message: /restricted/,
  },
  {
    name: 'writes elsewhere',
    code: `require("fs").writeFileSync(${outside}, "")`,
    outcome: 'failed',
    message: /restricted/,
  },
  { name: 'writes at home', code: 'require("fs").writeFileSync("x", "1")', outcome: 'passed' },
];

process.env['SOMETHING_SECRET'] = 'canary';

for (const [language, cases] of [
  ['python', python],
  ['javascript', javascript],
] as const) {
  for (const { name, code, tests = '', timeout = NO_HANG_S, outcome, message } of cases) {
    test(`${language}, ${name}: ${outcome}`, TEST_LIMIT, async () => {
      const verdict = await ask({ language, code, tests, timeout });
      assert.equal(verdict.outcome, outcome, verdict.message);
      assert.equal(verdict.passed, outcome === 'passed');
      if (message !== undefined) assert.match(verdict.message, message);
    });
  }
}

test('nothing is left of it', TEST_LIMIT, async () => {
  const workFolders = (): string[] => fs.readdirSync(folder).filter((name) => name.startsWith('rlvr-tests-'));
  process.env['TMPDIR'] = process.env['TEMP'] = folder;
  for (const [language, code] of [
    ['python', 'import os, time\nopen("pid", "w").write(str(os.getpid()))\ntime.sleep(1000)'],
    ['javascript', 'require("fs").writeFileSync("pid", String(process.pid)); for (;;);'],
  ] as const) {
    const ending = new AbortController();
    const asked = assert.rejects(ask({ language, code }, ending.signal));
    const said = (): string =>
      workFolders()
        .map((name) => path.join(os.tmpdir(), name, 'pid'))
        .map((file) => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : ''))
        .join('');
    await until(() => said() !== '');
    const pid = Number(said());
    ending.abort();
    await asked;
    await until(() => !isRunning(pid));
    assert.deepEqual(workFolders(), []);
  }
});

test('a Python that is not there is named, with the setting', async () => {
  preferPython('/no/such/python');
  try {
    await assert.rejects(ask({ language: 'python', code: '' }), /cannot be run: \/no\/such\/python .*rlvr\.pythonPath/);
  } finally {
    preferPython(null);
  }
});
