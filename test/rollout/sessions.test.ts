import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { loadModel } from '../../src/engine/model/loadModel.ts';
import { frozenParameters } from '../../src/engine/model/parameters.ts';
import { Session } from '../../src/engine/onnx/session.ts';
import { planSampling } from '../../src/engine/rollout/sampling.ts';
import { RolloutSessions } from '../../src/engine/rollout/sessions.ts';
import { GREEDY, PLAIN } from '../support/rollout.ts';

const folder = path.join(import.meta.dirname, '../fixtures/golden/gpt2');

test('a session that could not be opened is opened when it is asked for again, and then kept', async (context) => {
  const { architecture, weights, weightsFolder } = await loadModel(folder);
  const sessions = new RolloutSessions(
    { architecture, parameters: frozenParameters(weights), adapter: null },
    { providers: ['cpu'], threads: 1, weightsFolder },
  );
  context.after(() => sessions.release());
  const plan = planSampling(PLAIN, architecture.vocabularySize);
  const open = context.mock.method(Session, 'open');
  for (const ask of [() => sessions.prefill(), () => sessions.decode(), () => sessions.sampling(plan)]) {
    open.mock.mockImplementationOnce(() => Promise.reject(new Error('no memory left')));
    await assert.rejects(ask(), /no memory left/);
    const session = await ask();
    assert.equal(await ask(), session);
  }
  assert.equal(open.mock.callCount(), 3 * 2);
});

test('of the sessions that decode and sample in one there is one at a time', async (context) => {
  const { architecture, weights, weightsFolder } = await loadModel(folder);
  const sessions = new RolloutSessions(
    { architecture, parameters: frozenParameters(weights), adapter: null },
    { providers: ['cpu'], threads: 1, weightsFolder },
  );
  context.after(() => sessions.release());
  const release = context.mock.method(Session.prototype, 'release');
  const [plain, greedy] = [PLAIN, GREEDY].map((sampling) => planSampling(sampling, architecture.vocabularySize));
  assert.ok(plain && greedy);
  const first = await sessions.chunk(plain);
  assert.equal(await sessions.chunk({ ...plain }), first);
  await sessions.chunk(greedy);
  assert.deepEqual(
    release.mock.calls.map((call) => call.this),
    [first],
  );
});
