/** Promise: a guard that stops a run keeps the step and a checkpoint, says why, and stops a run that was killed on the way after the same step. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import {
  HANG_LIMIT,
  makeProject,
  resume,
  reward,
  runDirOf,
  train,
  type Changes,
  type Engaged,
} from '../support/trainingProject.ts';
import type { EngineEvent } from '../../src/engine/protocol/events.ts';

const base: Changes = { training: { steps: 6 }, evaluation: { every: 0 }, checkpoint: { every: 50 } };

/** Of a door whose run a guard stops: why, and the run's folder with its last step. */
async function stoppedAt(
  engaged: Promise<Engaged>,
  events: readonly EngineEvent[],
): Promise<{ message: string; dir: string; lastStep: number | null }> {
  const error: unknown = await engaged.then(
    () => assert.fail('it should have been stopped'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof UserError, String(error));
  const dir = runDirOf(events);
  const reader = RunReader.open(dir);
  const { status, message, lastStep } = reader.state();
  reader.close();
  assert.deepEqual({ status, message }, { status: 'failed', message: error.message });
  return { message: error.message, dir, lastStep };
}

for (const full of [false, true])
  test(`a gradient norm above its bound, ${full ? 'all weights' : 'an adapter'}`, HANG_LIMIT, async () => {
    const events: EngineEvent[] = [];
    const onEvent = (event: EngineEvent): unknown => events.push(event);
    const changes: Changes = { ...base, full, guards: { gradNorm: { above: 1e-9, inARow: 2, action: 'stop' } } };
    const first = await stoppedAt(train(await makeProject('gpt2'), changes, { onEvent }), events);
    assert.match(
      first.message,
      /^The gradient norm is .* above 1e-9 for 2 steps in a row.*stopped after step 2, which it keeps/,
    );
    assert.equal(first.lastStep, 2);
    assert.ok(existsSync(join(first.dir, 'checkpoints', 'step-2')));
    // Killed before it could say so.
    const writer = RunWriter.open(first.dir);
    writer.setStatus('running');
    writer.close();
    const late = await stoppedAt(resume(first.dir, { onEvent }), events);
    assert.deepEqual(late, first);
    const again = await stoppedAt(resume(first.dir, { onEvent }), events);
    assert.equal(again.lastStep, 4);
    assert.equal((await resume(first.dir)).outcome, 'finished');
  });

test(
  'dead steps: a run that was stopped and resumed in their middle ends after the same step',
  HANG_LIMIT,
  async () => {
    const events: EngineEvent[] = [];
    const changes: Changes = {
      ...base,
      rewards: [{ ...reward('digits'), weight: 0 }],
      guards: { deadSteps: { inARow: 4, action: 'stop' } },
    };
    const { outcome, dir } = await train(await makeProject('gpt2'), changes, {
      onEvent: (event, stop) => {
        events.push(event);
        if (event.event === 'step' && event.step === 2) stop();
      },
    });
    assert.equal(outcome, 'stopped');
    const { lastStep, message } = await stoppedAt(resume(dir), events);
    assert.equal(lastStep, 4);
    assert.match(
      message,
      /^Nothing was learned in the last 4 steps: the completions of every group scored alike.*guards\.deadSteps/,
    );
  },
);
