/** `rlvr verify` as a person or a script calls it. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { verify } from '../../src/engine/cli/verify.ts';
import { goldenFolder } from '../support/golden.ts';
import { copyOfReference, shift } from '../support/references.ts';

interface Outcome {
  readonly code: number;
  readonly lines: readonly string[];
}

/** The adapter of GPT-2 against its reference, or another one: a small and quick verification. */
async function run(
  options: readonly string[],
  { reference = 'gpt2/adapter/golden.safetensors', signal = new AbortController().signal } = {},
): Promise<Outcome> {
  let output = '';
  const stream = { write: (text: string) => (output += text) };
  const code = await verify.run(['gpt2', '--adapter', 'gpt2/adapter', '--reference', reference, ...options], {
    stdout: stream,
    stderr: stream,
    signal,
    env: {},
    cwd: path.dirname(goldenFolder('gpt2')),
  });
  return { code, lines: output.split('\n').slice(0, -1) };
}

test('all within tolerance: a line for each group, what was not compared, and exit code 0', async () => {
  const { code, lines } = await run([]);
  assert.equal(code, 0);
  for (const group of ['logits', 'logprobs', 'losses', 'grad_norm', 'grad.dapo \\(16\\)'])
    assert.ok(
      lines.some((line) => new RegExp(`^ok +${group} +\\d\\.\\de-\\d+ +\\d\\.\\de-\\d+ +\\S`).test(line)),
      `${group} in ${lines.join('\n')}`,
    );
  assert.match(lines.at(-2) ?? '', /^Not compared, .*: entropy, .*losses \(15\)/);
  assert.match(lines.at(-1) ?? '', /^Verified: 21 checks, all within their tolerance\./);
});

test('past a tolerance: the value is named with difference and tolerance, and the exit code is 1', async (context) => {
  const reference = await copyOfReference(context, 'gpt2', (tensors) => shift(tensors, 'logits', 0.5), {
    adapter: true,
  });
  const { code, lines } = await run([], { reference });
  assert.equal(code, 1);
  assert.ok(lines.some((line) => /^FAILED +logits +5\.0e-1 +2\.0e-4 +row \d, position \d+, token \d+$/.test(line)));
  assert.match(lines.at(-2) ?? '', /^FAILED logits: 5\.0e-1, tolerance 2\.0e-4, row/);
  assert.equal(lines.at(-1), 'NOT verified: 1 of 21 checks are past their tolerance.');
});

test('--json: one object per check, per value not compared, and a summary', async (context) => {
  const reference = await copyOfReference(context, 'gpt2', (tensors) => shift(tensors, 'logits', NaN), {
    adapter: true,
  });
  const { code, lines } = await run(['--json'], { reference });
  assert.equal(code, 1);
  const objects = lines.map((line): unknown => JSON.parse(line));
  assert.deepEqual(objects[0], {
    event: 'check',
    group: 'logits',
    name: 'logits',
    worst: null,
    tolerance: 2e-4,
    where: 'row 0, position 0, token 0',
    passed: false,
  });
  assert.ok(lines.some((line) => line.startsWith('{"event":"not_compared","name":"entropy","reason":"')));
  const summary = { architecture: 'gpt2', rows: 6, completionTokens: 43, passed: false, checks: 21, failed: 1 };
  assert.deepEqual(objects.at(-1), { event: 'done', ...summary });
});

test('a call without a reference is a mistake in the call', async () => {
  const { signal } = new AbortController();
  const io = { stdout: { write: () => 0 }, stderr: { write: () => 0 }, signal, env: {}, cwd: '/' };
  await assert.rejects(verify.run(['gpt2'], io), { name: 'UsageError', message: /--reference FILE/ });
});

test('a stopped verification has exit code 130', async () => {
  assert.equal((await run([], { signal: AbortSignal.abort() })).code, 130);
});
