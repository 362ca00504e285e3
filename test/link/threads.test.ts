/** How many threads compute: as the experiment says, else as the run began, else as whoever starts it has decided. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { ComputeClient } from '../../src/engine/compute/client.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { resumeRun, trainExperiment } from '../../src/engine/trainer/engine.ts';
import { evaluatePath } from '../../src/engine/trainer/evaluatePath.ts';
import { engage, HANG_LIMIT, makeProject, runsDir, writeExperiment } from '../support/trainingProject.ts';

const requests = mock.method(ComputeClient.prototype, 'request');

/** The threads that the newest policy was loaded with. */
function loadedWith(): number | undefined {
  const loads = requests.mock.calls.flatMap(({ arguments: [request] }) =>
    request.kind === 'load' ? [request.threads] : [],
  );
  return loads.at(-1);
}

test('a run keeps the number of threads that it began with', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const options = { experimentPath: writeExperiment(project, {}), overrides: [], runsDir: runsDir(project) };
  const rooms: number[] = [];
  const awaitRoom = (threads: number): Promise<void> => {
    rooms.push(threads);
    return Promise.resolve();
  };
  const stopped = await engage((context) => trainExperiment(options, { ...context, defaultThreads: 2, awaitRoom }), {
    onEvent: ({ event }, stop) => event === 'step' && stop(),
  });
  assert.equal(loadedWith(), 2);
  assert.deepEqual(rooms, [2]);
  const reader = RunReader.open(stopped.dir);
  assert.equal(reader.manifest.threads, 2);
  reader.close();

  await engage((context) => resumeRun(stopped.dir, { ...context, defaultThreads: 7 }));
  assert.equal(loadedWith(), 2);
  const evaluation = { path: stopped.dir, split: 'validation', overrides: [] } as const;
  await engage((context) => evaluatePath(evaluation, context));
  assert.equal(loadedWith(), 2);
  await engage((context) =>
    evaluatePath({ ...evaluation, overrides: ['threads=1'] }, { ...context, defaultThreads: 7 }),
  );
  assert.equal(loadedWith(), 1, 'what is asked for comes first');
});

test('from a terminal it is left to ONNX Runtime', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const options = {
    experimentPath: writeExperiment(project, {}),
    overrides: ['training.steps=1'],
    runsDir: runsDir(project),
  };
  await engage((context) => trainExperiment(options, context));
  assert.equal(loadedWith(), 0);
});
