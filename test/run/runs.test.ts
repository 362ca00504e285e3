import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { listRuns } from '../../src/engine/run/runs.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { experiment, manifest, stepRecord, temporaryFolder } from './samples.ts';

test('runs are listed newest first, broken ones as such, other folders not at all', () => {
  const runs = temporaryFolder();
  const [older, newer, broken] = ['20260101-120000-aaaa', '20260102-120000-bbbb', '20260103-120000-cccc'];
  for (const id of [older, newer]) {
    const writer = RunWriter.create(join(runs, id), { ...manifest, id }, experiment);
    if (id === newer) writer.writeSteps([stepRecord(0), stepRecord(1)]);
    if (id === newer) writer.setStatus('stopped', 'Ctrl-C');
    writer.close();
  }
  mkdirSync(join(runs, broken));
  writeFileSync(join(runs, broken, 'run.sqlite'), 'no database at all, but long enough to be looked at');
  mkdirSync(join(runs, '.20260104-120000-dddd.tmp-1'));
  writeFileSync(join(runs, 'notes.txt'), '');

  const [first, second, third, ...rest] = listRuns(runs);
  assert.deepEqual(rest, []);
  assert.ok(first !== undefined && 'error' in first && first.id === broken && first.error.includes('damaged'));
  assert.deepEqual(second, {
    id: newer,
    dir: join(runs, newer),
    name: 'sample',
    createdAt: manifest.createdAt,
    engineVersion: '0.1.0',
    experimentPath: manifest.experimentPath,
    sweep: null,
    steps: experiment.training.steps,
    status: 'stopped',
    crashed: false,
    message: 'Ctrl-C',
    lastStep: 1,
    lastMetrics: stepRecord(1).metrics,
    lastEvaluation: stepRecord(0).evaluation,
  });
  assert.ok(third !== undefined && 'status' in third && third.crashed && third.lastStep === null);
});

test('a directory that does not exist has no runs', () => {
  assert.deepEqual(listRuns(join(temporaryFolder(), 'runs')), []);
});
