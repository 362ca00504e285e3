import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { savedSteps, saveFolder } from '../../src/engine/run/checkpoints.ts';
import { exportCompletions, exportMetrics } from '../../src/engine/run/export.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { completion, experiment, manifest, RUN_ID, stepRecord, temporaryFolder } from './samples.ts';

const LAST = 420;
/** In the middle of a bucket at every level, and beyond the first bucket of the second. */
const REWOUND = 299;

function writtenRun(dir: string, last: number): RunWriter {
  const writer = RunWriter.create(dir, manifest, experiment);
  writer.writeSteps(Array.from({ length: last + 1 }, (_, step) => stepRecord(step)));
  return writer;
}

/** Everything a chart can ask for, at every level of the pyramid. */
function charts(reader: RunReader): unknown {
  return reader
    .metricNames()
    .map((name) => [1000, 100, 20, 3, 1].map((maxPoints) => reader.series(name, { maxPoints })));
}

test('rewound steps are hidden, reused and replaced, and the run equals one that was not interrupted', (t) => {
  const folder = temporaryFolder();
  const straight = writtenRun(join(folder, 'straight'), LAST);
  const short = writtenRun(join(folder, 'short'), REWOUND);
  const writer = writtenRun(join(folder, 'resumed'), LAST);
  const expected = RunReader.open(straight.dir);
  const expectedShort = RunReader.open(short.dir);
  const reader = RunReader.open(writer.dir);
  t.after(() => [expected, expectedShort, reader, straight, short, writer].forEach((run) => run.close()));

  writer.rewind(REWOUND);
  assert.equal(writer.lastStep, REWOUND);
  assert.equal(reader.stepCount(), REWOUND + 1);
  assert.deepEqual(reader.metrics(REWOUND + 1), {});
  assert.deepEqual(reader.completionsOfStep(REWOUND + 1), []);
  assert.deepEqual(charts(reader), charts(expectedShort));
  assert.deepEqual(reader.evaluations(), expectedShort.evaluations());
  assert.deepEqual(reader.search('"step 400"'), []);
  assert.ok(reader.search('"step 290"').length > 0);

  const recorded = writer.recordedStep(310);
  const again = completion(310, 100, 0, { purpose: 'evaluation', split: 'validation', advantage: null });
  assert.deepEqual(recorded.find('evaluation', 'validation', again.key), again);
  assert.equal(recorded.find('rollout', 'validation', again.key), undefined);
  assert.equal(recorded.find('rollout', 'train', { ...again.key, sample: 9 }), undefined);

  for (let step = REWOUND + 1; step <= LAST; step++) writer.writeStep(stepRecord(step));
  assert.deepEqual(charts(reader), charts(expected));
  const exports = [expected, reader].map((run, index) => {
    const files = ['metrics.jsonl', 'completions.csv'].map((name) => join(folder, `${index}-${name}`));
    const [metrics = '', completions = ''] = files;
    exportMetrics(run, metrics);
    exportCompletions(run, completions);
    return files.map((file) => readFileSync(file, 'utf8'));
  });
  assert.deepEqual(exports[1], exports[0]);
  assert.equal(reader.search('"step 400"').length, expected.search('"step 400"').length);
});

test('a metric that only hidden steps have is gone, and a changed step replaces the hidden one', (t) => {
  const writer = RunWriter.create(join(temporaryFolder(), RUN_ID), manifest, experiment);
  t.after(() => writer.close());
  writer.writeStep(stepRecord(1));
  writer.writeStep({ ...stepRecord(2), metrics: { late: 1 } });
  writer.writeStep({ ...stepRecord(3), metrics: { late: 1 } });
  writer.rewind(1);
  const reader = RunReader.open(writer.dir);
  t.after(() => reader.close());
  assert.ok(!reader.metricNames().includes('late'));
  assert.equal(reader.series('late', { maxPoints: 1 }).steps.length, 0);
  writer.writeStep({ ...stepRecord(2), metrics: { reward: 7 }, completions: [] });
  assert.deepEqual([reader.metrics(2), reader.completionsOfStep(2)], [{ reward: 7 }, []]);
  // Step 3 is still hidden, and what it recorded still known.
  assert.ok(writer.recordedStep(3).find('rollout', 'train', completion(3, 3, 0).key));
  assert.equal(reader.stepCount(), 2);
});

test('rewinding to before step 0 hides everything', (t) => {
  const writer = RunWriter.create(join(temporaryFolder(), RUN_ID), manifest, experiment);
  t.after(() => writer.close());
  writer.writeSteps([stepRecord(0), stepRecord(1)]);
  writer.rewind(-1);
  const reader = RunReader.open(writer.dir);
  t.after(() => reader.close());
  assert.equal(writer.lastStep, null);
  assert.deepEqual([reader.stepCount(), reader.metricNames(), reader.evaluations()], [0, [], []]);
  assert.equal(reader.series('reward', { maxPoints: 1 }).steps.length, 0);
  writer.writeSteps([stepRecord(0), stepRecord(1)]);
  assert.equal(reader.stepCount(), 2);
});

test('the run continues from the newest state that is there, and forgets what was saved later', async (t) => {
  const dir = join(temporaryFolder(), RUN_ID);
  const writer = RunWriter.create(dir, manifest, experiment);
  assert.equal(writer.resumePoint(), null);
  const save = (kind: 'state' | 'checkpoints', step: number): Promise<string> =>
    saveFolder(dir, kind, step, (folder) => mkdir(folder));
  writer.writeStep(stepRecord(1, await save('state', 1)));
  writer.writeStep(stepRecord(2, await save('state', 2)));
  writer.writeStep(stepRecord(3, 'state/step-3'));
  writer.writeStep(stepRecord(4, '../../elsewhere'));
  assert.deepEqual(writer.resumePoint(), { step: 2, state: 'state/step-2' });
  // Step 5 was under way when the process ended: its folders are whole, its rows are not there.
  await save('state', 5);
  await save('checkpoints', 5);
  await save('checkpoints', 1);
  writer.close();

  const resumed = RunWriter.open(dir);
  t.after(() => resumed.close());
  assert.deepEqual([savedSteps(dir, 'state'), savedSteps(dir, 'checkpoints')], [[1, 2], [1]]);
  resumed.rewind(1);
  assert.deepEqual(savedSteps(dir, 'state'), [1]);
  assert.deepEqual(resumed.resumePoint(), { step: 1, state: 'state/step-1' });
  assert.throws(() => resumed.rewind(2), /Cannot rewind/);
});
