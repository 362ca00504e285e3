/** Promise: what a listener throws is the error of its request, and never an uncaught exception of the engine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Listener } from '../../src/engine/compute/compute.ts';
import { openExperiment } from '../../src/engine/trainer/open.ts';
import { readExperiment } from '../../src/engine/trainer/readExperiment.ts';
import { HANG_LIMIT, makeProject, writeExperiment } from '../support/trainingProject.ts';

test('a request rejects with what its listener throws, and tells it no more', HANG_LIMIT, async (context) => {
  const path = writeExperiment(await makeProject('gpt2'), {});
  const experiment = await readExperiment(path, []);
  const { signal } = new AbortController();
  const opened = await openExperiment(experiment, path, null, { emit: () => {}, signal });
  context.after(() => opened.close());
  const { compute, problems } = opened;
  const prompt = problems.train[0]?.tokens ?? assert.fail('it has problems');
  const { rollout } = experiment;
  const ask = (listener: Listener): Promise<unknown> =>
    compute.request(
      {
        kind: 'generate',
        groups: [0, 1].map((problem) => ({
          prompt,
          keys: [{ step: 1, problem, occurrence: 0, round: 0, sample: 0 }],
        })),
        ...rollout,
        purpose: 'rollout',
        keepPrompts: false,
        sampling: rollout,
      },
      listener,
    );
  const thrown = new RangeError('heard and not understood');
  let told = 0;
  const fail = (): never => {
    told++;
    throw thrown;
  };
  for (const listener of [{ onProgress: fail }, { onGroup: fail }]) {
    told = 0;
    await assert.rejects(ask(listener), (error) => error === thrown);
    // Requests are answered in turn: behind this one, the one before has said all that it has to say.
    await ask({});
    assert.equal(told, 1);
  }
});
