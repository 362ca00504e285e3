/** Promise: what a person lets engines take of memory is never passed by much, and never a reason to lose what was trained. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ComputeClient } from '../../src/engine/compute/client.ts';
import { hasChildren, until } from '../support/processes.ts';
import { resumeRun, trainExperiment } from '../../src/engine/trainer/engine.ts';
import type { EngineContext } from '../../src/engine/trainer/engineContext.ts';
import { evaluatePath } from '../../src/engine/trainer/evaluatePath.ts';
import { preflight } from '../../src/engine/trainer/preflight/preflight.ts';
import { replay, trained } from '../support/replays.ts';
import {
  engage,
  HANG_LIMIT,
  makeProject,
  runsDir,
  train,
  writeExperiment,
  type Changes,
} from '../support/trainingProject.ts';

/** More than the processes take without a model, and less than a micro-batch of 64 long rows. */
const TIGHT_BYTES = 600e6;
/** Less than Node and ONNX Runtime take by themselves. */
const HOPELESS_BYTES = 20e6;
/** More than they take. */
const AMPLE_BYTES = 64e9;

test(
  'what is expected to take more is refused before its first step, with a micro-batch that fits',
  HANG_LIMIT,
  async () => {
    const project = await makeProject('gpt2');
    const changes: Changes = { training: { microBatch: 100_000 } };
    const options = { experimentPath: writeExperiment(project, changes), overrides: [], runsDir: runsDir(project) };
    const refused = await engage((context) => trainExperiment(options, { ...context, memoryLimit: TIGHT_BYTES })).then(
      () => assert.fail('it was not refused'),
      (error: unknown) => String(error),
    );
    const fitting = /Training takes about .* the memory limit is 572\.2 MiB\. Set training\.microBatch to (\d+),/.exec(
      refused,
    )?.[1];
    assert.ok(fitting !== undefined, refused);
    const fits = { ...options, overrides: [`training.microBatch=${fitting}`, 'training.steps=1'] };
    const { outcome } = await engage((context) => trainExperiment(fits, { ...context, memoryLimit: TIGHT_BYTES }));
    assert.equal(outcome, 'finished');
    const more = { ...options, overrides: [`training.microBatch=${Number(fitting) + 1}`] };
    await assert.rejects(
      engage((context) => trainExperiment(more, { ...context, memoryLimit: TIGHT_BYTES })),
      { name: 'UserError', message: new RegExp(`Set training\\.microBatch to ${fitting},`) },
    );
  },
);

test(
  'it is refused before it waits for room, and a dataset that is wrong is told before that too',
  HANG_LIMIT,
  async () => {
    const project = await makeProject('gpt2');
    const awaitRoom = (): Promise<void> => Promise.reject(new Error('it was waited for'));
    const begin = (changes: Changes): Promise<unknown> => {
      const options = { experimentPath: writeExperiment(project, changes), overrides: [], runsDir: runsDir(project) };
      return engage((context) => trainExperiment(options, { ...context, memoryLimit: TIGHT_BYTES, awaitRoom }));
    };
    await assert.rejects(begin({ training: { microBatch: 100_000 } }), /the memory limit is 572\.2 MiB/);
    await assert.rejects(begin({ dataset: { source: 'none.jsonl' } }), { name: 'UserError', message: /none\.jsonl/ });
    await assert.rejects(begin({}), /it was waited for/);
  },
);

test('a process that takes more all the same is ended, with what to do', HANG_LIMIT, async (context) => {
  const compute = new ComputeClient({ memoryLimit: HOPELESS_BYTES });
  context.after(() => compute.kill());
  // It is answered or not, as the watchdog looks at it before or after that.
  await compute.request({ kind: 'inspect', providers: [] }).catch(() => {});
  await until(() => !hasChildren());
  await assert.rejects(compute.request({ kind: 'inspect', providers: [] }), {
    name: 'ComputeEndedError',
    message: /more than the memory limit of 0\.02 GB: raise the limit .*RLVR_MEMORY_LIMIT/,
  });
});

test('one that something else ended below its limit is not said to have passed it', HANG_LIMIT, async () => {
  const compute = new ComputeClient({ memoryLimit: AMPLE_BYTES });
  await compute.request({ kind: 'inspect', providers: [] });
  process.kill(compute.pid ?? assert.fail('it runs'), 'SIGKILL');
  await assert.rejects(compute.request({ kind: 'inspect', providers: [] }), (error) => {
    assert.match(String(error), /ended by SIGKILL\. If nobody stopped it, memory ran out/);
    assert.doesNotMatch(String(error), /limit/);
    return true;
  });
});

test(
  'what could not follow the advice is not refused by a forecast: a run that is resumed, an evaluation, a preflight',
  HANG_LIMIT,
  async () => {
    const project = await makeProject('gpt2');
    const changes: Changes = { training: { steps: 2, microBatch: 100_000 }, checkpoint: { every: 1 } };
    const limited = (context: EngineContext): EngineContext => ({ ...context, memoryLimit: TIGHT_BYTES });
    const { dir, outcome } = await train(project, changes, {
      onEvent: (event, stop) => {
        if (event.event === 'step') stop();
      },
    });
    assert.equal(outcome, 'stopped');
    assert.equal((await engage((context) => resumeRun(dir, limited(context)))).outcome, 'finished');
    const path = writeExperiment(project, changes);
    const evaluated = engage((context) => evaluatePath({ path, split: 'validation', overrides: [] }, limited(context)));
    assert.equal((await evaluated).outcome, 'finished');
    const options = { experimentPath: path, overrides: ['training.steps=0'], runsDir: runsDir(project) };
    assert.equal((await engage((context) => trainExperiment(options, limited(context)))).outcome, 'finished');
    const { signal } = new AbortController();
    await preflight({ experimentPath: path, overrides: [] }, limited({ emit: () => {}, signal }));
  },
);

test('a step that is computed again has the limit too', HANG_LIMIT, async () => {
  const dir = await trained('gpt2', { training: { steps: 1 } });
  await assert.rejects(replay(dir, 1, [], { memoryLimit: HOPELESS_BYTES }), {
    name: /^(ComputeEndedError|OutOfMemoryError)$/,
    message: /memory limit of 0\.02 GB/,
  });
});
