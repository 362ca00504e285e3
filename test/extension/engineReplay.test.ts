/** A step computed again by the window's engine without a run, with its progress, and given up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReplayProgress } from '../../src/engine/protocol/replay.ts';
import { shareDone } from '../../src/extension/replays/replays.ts';
import { assertEqualBits, trained } from '../support/replays.ts';
import { HANG_LIMIT } from '../support/trainingProject.ts';
import { makeSessionsFolder, openWindow } from '../support/windowEngines.ts';

test('asked of the engine of the window', HANG_LIMIT, async (t) => {
  const runDir = await trained('gpt2', { lora: { rank: 4 } });
  const { engines } = openWindow(t, makeSessionsFolder());
  const { signal } = new AbortController();

  const told: ReplayProgress[] = [];
  const replay = await engines.questions.replay(
    { runDir, step: 3 },
    { signal, onProgress: (progress) => told.push(progress) },
  );
  assertEqualBits(replay);
  assert.equal(replay.completions.length, 8);
  const shares = told.map(shareDone);
  assert.deepEqual(
    shares,
    shares.toSorted((a, b) => a - b),
  );
  assert.ok(shares.every((share) => share >= 0 && share <= 100));

  const nobody = { signal, onProgress: () => {} };
  await assert.rejects(engines.questions.replay({ runDir, step: 9 }, nobody), { name: 'UserError', message: /step 9/ });

  const cancel = new AbortController();
  const given = engines.questions.replay(
    { runDir, step: 2 },
    { signal: cancel.signal, onProgress: () => cancel.abort() },
  );
  await assert.rejects(given, { name: 'UserError', message: /given up/ });
  // The engine goes on answering.
  assertEqualBits(await engines.questions.replay({ runDir, step: 2 }, nobody));
});
