/** A run of another version of the engine is gone on with in today's format, and its database of then is kept beside. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { temporaryName } from '../../src/engine/run/durable.ts';
import { DATABASE_FILE } from '../../src/engine/run/layout.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { completion, experiment, manifest, RUN_ID, stepRecord, temporaryFolder } from './samples.ts';

const OLDER = { ...manifest, engineVersion: '0.0.9' };
const BACK_UP = 'run.format-1.sqlite';

/** A run of two steps in the first format, at rest. */
function runOf(made: typeof manifest): string {
  const dir = join(temporaryFolder(), RUN_ID);
  const writer = RunWriter.create(dir, made, experiment);
  writer.writeSteps([stepRecord(0), stepRecord(1)]);
  writer.close();
  rmSync(join(dir, BACK_UP), { force: true });
  return dir;
}

function withAnswer(step: number): ReturnType<typeof stepRecord> {
  const rewards = { correct: { value: 1, extracted: '42' } };
  return { ...stepRecord(step), completions: [completion(step, 0, 0, { rewards })] };
}

function formatOf(path: string): unknown {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return db.prepare('PRAGMA user_version').get()?.['user_version'];
  } finally {
    db.close();
  }
}

test('the run goes on in the newest format; what it was is kept once, whole, and opens as it was', () => {
  const dir = runOf(OLDER);
  const writer = RunWriter.open(dir);
  writer.writeStep(withAnswer(2));
  writer.close();
  assert.equal(formatOf(join(dir, DATABASE_FILE)), 3);
  assert.equal(formatOf(join(dir, BACK_UP)), 1);
  assert.deepEqual(
    readdirSync(dir).filter((name) => name.includes('.tmp-')),
    [],
  );

  const kept = readFileSync(join(dir, BACK_UP));
  RunWriter.open(dir).close();
  assert.deepEqual(readFileSync(join(dir, BACK_UP)), kept, 'made once');

  const asItWas = runOf(OLDER);
  copyFileSync(join(dir, BACK_UP), join(asItWas, DATABASE_FILE));
  const reader = RunReader.open(asItWas);
  assert.equal(reader.state().lastStep, 1);
  assert.deepEqual(reader.manifest.engineVersion, '0.0.9');
  assert.ok(reader.metricNames().length > 0);
  reader.close();
});

test('nothing is kept of a run of this version, nor of one that is in the newest format already', () => {
  const own = runOf(manifest);
  RunWriter.open(own).close();
  const newest = runOf(OLDER);
  const writer = RunWriter.open(newest);
  writer.writeStep(withAnswer(2));
  writer.close();
  rmSync(join(newest, BACK_UP));
  RunWriter.open(newest).close();
  for (const dir of [own, newest])
    assert.deepEqual(
      readdirSync(dir).filter((name) => name.startsWith('run.format')),
      [],
    );
});

test('where it cannot be kept, the run is not opened and stays as it was', () => {
  const dir = runOf(OLDER);
  const path = join(dir, DATABASE_FILE);
  const before = readFileSync(path);
  // Something that cannot be removed is where the copy is to be made.
  const inTheWay = temporaryName(join(dir, BACK_UP));
  mkdirSync(inTheWay);
  assert.throws(() => RunWriter.open(dir));
  assert.deepEqual(readFileSync(path), before);
  assert.ok(!existsSync(join(dir, BACK_UP)));
  rmdirSync(inTheWay);
  RunWriter.open(dir).close();
  assert.ok(existsSync(join(dir, BACK_UP)));
});
