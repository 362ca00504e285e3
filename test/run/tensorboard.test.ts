/** Event files, as they are and as TensorBoard reads them. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RunReader } from '../../src/engine/run/reader.ts';
import { eventFilePath, exportEvents, followEvents } from '../../src/engine/run/tensorboard/eventFile.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { pythonWith, runPython } from '../support/python.ts';
import { experiment, manifest, RUN_ID, stepRecord, temporaryFolder } from './samples.ts';

const { python, skip } = pythonWith('tensorboard');

/** By tag, the [step, value, wall time] that TensorBoard shows. */
const READ = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
accumulator = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0, 'tensors': 0})
accumulator.Reload()
tags = accumulator.Tags()
print(json.dumps({tag: [[e.step, e.value, e.wall_time] for e in accumulator.Scalars(tag)] for tag in tags['scalars']}))
`;

function timed(step: number): ReturnType<typeof stepRecord> {
  const record = stepRecord(step, `state/step-${step}`);
  return { ...record, metrics: { ...record.metrics, step_time: 2.5 } };
}

function openedRun(steps: readonly number[]): { readonly writer: RunWriter; readonly reader: RunReader } {
  const writer = RunWriter.create(join(temporaryFolder(), RUN_ID), manifest, experiment);
  writer.writeSteps(steps.map(timed));
  return { writer, reader: RunReader.open(writer.dir) };
}

/** Of a whole file: what TensorBoard's own reader finds in it. */
function shown(logDir: string): unknown {
  return runPython(python, READ, [join(logDir, RUN_ID)]);
}

function expected(steps: readonly number[]): unknown {
  const start = Date.parse(manifest.createdAt) / 1000;
  const byTag: Record<string, [number, number, number][]> = {};
  let time = start;
  for (const step of steps) {
    time += 2.5;
    for (const [tag, value] of Object.entries(timed(step).metrics))
      (byTag[tag] ??= []).push([step, Math.fround(value), time]);
  }
  return byTag;
}

test('TensorBoard shows every metric of every step', { skip }, (t) => {
  const { writer, reader } = openedRun([0, 1, 2, 3, 10]);
  t.after(() => [reader, writer].forEach((each) => each.close()));
  const logDir = temporaryFolder();
  exportEvents(reader, logDir);
  assert.deepEqual(shown(logDir), expected([0, 1, 2, 3, 10]));
});

test('a second export is the same bytes', (t) => {
  const { writer, reader } = openedRun([0, 1, 2]);
  t.after(() => [reader, writer].forEach((each) => each.close()));
  const [one, other] = [temporaryFolder(), temporaryFolder()].map((dir) => readFileSync(exportEvents(reader, dir)));
  assert.ok(one !== undefined && one.length > 300);
  assert.deepEqual(other, one);
});

test('what is followed ends as the same file', async (t) => {
  const { writer, reader } = openedRun([0]);
  t.after(() => reader.close());
  const logDir = temporaryFolder();
  const rounds = [[1, 2], [], [3], [4]];
  const wait = (): Promise<void> => {
    const round = rounds.shift();
    if (round !== undefined) writer.writeSteps(round.map(timed));
    else {
      // Its last step comes between two looks, together with its end.
      writer.writeSteps([timed(5)]);
      writer.setStatus('finished');
      writer.close();
    }
    return Promise.resolve();
  };
  await followEvents(reader, logDir, { signal: new AbortController().signal, wait });
  const followed = readFileSync(eventFilePath(reader, logDir));
  assert.deepEqual(readFileSync(exportEvents(reader, temporaryFolder())), followed);
});

test('following ends with the signal', async (t) => {
  const { writer, reader } = openedRun([0]);
  t.after(() => [reader, writer].forEach((each) => each.close()));
  const stop = new AbortController();
  const wait = (): Promise<void> => {
    stop.abort();
    return Promise.resolve();
  };
  const logDir = temporaryFolder();
  await followEvents(reader, logDir, { signal: stop.signal, wait });
  assert.ok(existsSync(eventFilePath(reader, logDir)));
});

test('of a run that was resumed from an earlier step the new steps are shown', { skip }, async (t) => {
  const { writer: first, reader } = openedRun([0, 1, 2, 3]);
  t.after(() => reader.close());
  const logDir = temporaryFolder();
  let looked = false;
  const wait = (): Promise<void> => {
    if (!looked) {
      looked = true;
      first.close();
      const writer = RunWriter.open(first.dir);
      writer.rewind(1);
      writer.writeSteps([2, 3, 4].map((step) => ({ ...timed(step), metrics: { loss: 100 + step, step_time: 2.5 } })));
      writer.setStatus('finished');
      writer.close();
    }
    return Promise.resolve();
  };
  await followEvents(reader, logDir, { signal: new AbortController().signal, wait });
  const all = shown(logDir);
  assert.ok(typeof all === 'object' && all !== null && 'loss' in all && Array.isArray(all.loss));
  const losses = all.loss.map((each: unknown) => (Array.isArray(each) ? each.slice(0, 2) : each));
  assert.deepEqual(losses, [
    [0, 0],
    [1, Math.fround(1 / 3)],
    [2, 102],
    [3, 103],
    [4, 104],
  ]);
});
