/** Promise: the same experiment on the same machine is the same run, byte for byte, and batch layout changes it by rounding at most. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { assertSameRun, recordOf, type RunRecord } from '../support/runRecord.ts';
import {
  answering,
  HANG_LIMIT,
  makeProject,
  resume,
  train,
  type Changes,
  type Project,
} from '../support/trainingProject.ts';

/** More than one, where the order of a sum could depend on who comes first. */
const THREADS = 2;

async function runOf(project: Project, changes: Changes): Promise<RunRecord> {
  const { outcome, dir } = await train(project, { threads: THREADS, ...changes });
  assert.equal(outcome, 'finished');
  return recordOf(dir);
}

/** That a run is one worth comparing: every step is there, and the weights changed with each. */
function assertLearns({ metrics, saved }: RunRecord, weights: string): void {
  assert.deepEqual(
    metrics.map((row) => row['step']),
    [0, 1, 2, 3],
  );
  for (const row of metrics.slice(1)) assert.ok((row['grad_norm'] ?? 0) > 0);
  const [second, third] = [2, 3].map((step) => saved[`checkpoints/step-${step}/${weights}`]);
  assert.ok(second !== undefined && third !== undefined);
  assert.notEqual(second, third);
}

test('supervised training of an adapter with dropout, twice: the same bytes', HANG_LIMIT, async () => {
  const project = await makeProject('llama');
  const changes: Changes = { method: 'sft', lora: { rank: 4, dropout: 0.2 } };
  const first = await runOf(project, changes);
  assertLearns(first, 'adapter_model.safetensors');
  assertSameRun(await runOf(project, changes), first);
});

test('supervised training of all weights, twice: the same bytes', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const changes: Changes = { method: 'sft', full: true };
  const first = await runOf(project, changes);
  assertLearns(first, 'model.safetensors');
  assertSameRun(await runOf(project, changes), first);
});

/** Of float32 sums in another order, over a few optimiser steps. */
const ROUNDING = 1e-4;
/** Columns of the completions that the weights change by rounding. */
const MEASURED = ['logprobs', 'sampled_logprobs', 'entropies'] as const;
const completionRow = z.record(z.string(), z.unknown());
const numbers = z.array(z.number());

test('GRPO on an adapter with dropout: how rows are batched changes nothing', HANG_LIMIT, async (context) => {
  const project = await makeProject('gpt2');
  const changes: Changes = {
    lora: { rank: 4, dropout: 0.2 },
    rollout: { stop: ['s'] },
    rewards: [...answering.rewards],
    evaluation: { ...answering.evaluation },
  };
  const first = await runOf(project, changes);
  assertLearns(first, 'adapter_model.safetensors');

  await context.test('twice: the same bytes', async () => {
    assertSameRun(await runOf(project, changes), first);
  });
  await context.test('another micro-batch: the same beyond rounding', async () => {
    assertClose(await runOf(project, { ...changes, training: { microBatch: 1 } }), first);
  });
  await context.test('fewer rows decoded at once: the same beyond rounding', async () => {
    assertClose(await runOf(project, { ...changes, rollout: { ...changes.rollout, maxRows: 3 } }), first);
  });
});

test('GRPO with rollouts from a base in 8 bits, twice: the same bytes', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const changes: Changes = { lora: { rank: 4 }, rollout: { weights: 'int8' } };
  const first = await runOf(project, changes);
  assertLearns(first, 'adapter_model.safetensors');
  assertSameRun(await runOf(project, changes), first);
  // The difference is there, is said, and is corrected.
  for (const row of first.metrics.slice(1)) {
    const difference = row['sampling/sampling_logp_difference/mean'] ?? NaN;
    assert.ok(difference > 1e-5 && difference < 0.1, `${difference}`);
    assert.ok((row['sampling/importance_sampling_ratio/max'] ?? NaN) <= 2);
  }
});

for (const base of ['int8', 'int4'] as const)
  test(`GRPO of an adapter on an ${base} base, twice and resumed: the same bytes`, HANG_LIMIT, async () => {
    const project = await makeProject('llama');
    const changes: Changes = { lora: { rank: 4, base } };
    const first = await runOf(project, changes);
    assertLearns(first, 'adapter_model.safetensors');
    assertSameRun(await runOf(project, changes), first);
    const stopped = await train(
      project,
      { threads: THREADS, ...changes },
      {
        onEvent: (event, stop) => {
          if (event.event === 'phase' && event.step === 2 && event.phase === 'rollout') stop();
        },
      },
    );
    assert.equal(stopped.outcome, 'stopped');
    assert.equal((await resume(stopped.dir)).outcome, 'finished');
    assertSameRun(recordOf(stopped.dir), first);
  });

/** The same completions and verdicts; numbers that the weights make, up to rounding. */
function assertClose(actual: RunRecord, expected: RunRecord): void {
  assert.equal(actual.completions.length, expected.completions.length);
  for (const [index, line] of expected.completions.entries()) {
    const [found, wanted] = [actual.completions[index] ?? '{}', line].map((text) =>
      completionRow.parse(JSON.parse(text)),
    );
    const exact = Object.fromEntries(MEASURED.map((column) => [column, 0]));
    assert.deepEqual({ ...found, ...exact }, { ...wanted, ...exact });
    for (const column of MEASURED) assertNear(numbers.parse(found?.[column]), numbers.parse(wanted?.[column]), column);
  }
  for (const [index, row] of expected.metrics.entries()) {
    const found = actual.metrics[index] ?? {};
    assert.deepEqual(Object.keys(found), Object.keys(row));
    for (const [name, value] of Object.entries(row))
      assertNear([found[name] ?? NaN], [value], `${name}, step ${index}`);
  }
}

function assertNear(actual: readonly number[], expected: readonly number[], what: string): void {
  assert.equal(actual.length, expected.length, what);
  for (const [index, value] of expected.entries()) {
    const difference = Math.abs((actual[index] ?? NaN) - value);
    assert.ok(difference <= ROUNDING * Math.max(1, Math.abs(value)), `${what}: ${actual[index]} is not ${value}`);
  }
}
