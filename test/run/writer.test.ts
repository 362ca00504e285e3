import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { DiskFullError, writeFailure } from '../../src/engine/run/errors.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { completion, experiment, manifest, problem, RUN_ID, stepRecord, temporaryFolder } from './samples.ts';

test('what is written is read back', (t) => {
  const dir = join(temporaryFolder(), 'runs', RUN_ID);
  const writer = RunWriter.create(dir, manifest, experiment, {
    'code.diff': 'a diff',
    'rewards/reward.ts': 'export {}',
  });
  const records = [0, 1, 2].map((step) => stepRecord(step));
  for (const record of records) writer.writeStep(record);
  const truncated = completion(3, 0, 0, {
    sampledLogprobs: Float32Array.of(-1, -2, -3),
    text: 'zero \0 and é 😀',
    reward: null,
    advantage: null,
  });
  writer.writeStep({ ...stepRecord(3), completions: [truncated] });
  writer.setStatus('finished');
  writer.close();

  const reader = RunReader.open(dir);
  t.after(() => reader.close());
  assert.deepEqual(reader.manifest, manifest);
  assert.deepEqual(reader.experiment(), experiment);
  assert.equal(readFileSync(join(dir, 'rewards/reward.ts'), 'utf8'), 'export {}');
  assert.deepEqual(reader.state(), { status: 'finished', crashed: false, message: null, lastStep: 3 });
  assert.deepEqual(reader.metricNames(), ['completions/mean_length', 'eval/accuracy', 'loss', 'reward']);
  assert.equal(reader.stepCount(), 4);
  assert.deepEqual(reader.stepsWithCompletions(), [0, 1, 2, 3]);
  for (const record of records) {
    assert.deepEqual(reader.metrics(record.step), record.metrics);
    const inKeyOrder = record.completions.toSorted(
      (a, b) =>
        Number(a.purpose > b.purpose) - Number(a.purpose < b.purpose) ||
        a.key.problem - b.key.problem ||
        a.key.sample - b.key.sample,
    );
    assert.deepEqual(reader.completionsOfStep(record.step), inKeyOrder);
  }
  assert.deepEqual(reader.completionsOfStep(3), [truncated]);
  assert.deepEqual(Object.keys(reader.completionsOfStep(3)[0]?.rewards ?? {}), Object.keys(truncated.rewards));
  assert.deepEqual(reader.evaluations(), [records[0]?.evaluation]);
  assert.deepEqual(reader.problem('validation', 101), problem(101, 'validation'));
  assert.deepEqual(
    reader.problems('train').map((record) => record.problem),
    [0, 1, 2, 3],
  );
  assert.deepEqual(
    reader.completionsOfProblem('validation', 100).map(({ key }) => key.step),
    [0],
  );
});

test('a run at rest is one database file', () => {
  const dir = join(temporaryFolder(), RUN_ID);
  const writer = RunWriter.create(dir, manifest, experiment);
  writer.writeStep(stepRecord(1));
  writer.close();
  assert.deepEqual(readdirSync(dir).sort(), ['experiment.json', 'run.lock', 'run.sqlite']);
});

test('a run takes no folder that is in use, and leaves nothing of the attempt', () => {
  const folder = temporaryFolder();
  const dir = join(folder, RUN_ID);
  mkdirSync(dir);
  writeFileSync(join(dir, 'mine.txt'), '');
  assert.throws(() => RunWriter.create(dir, manifest, experiment), UserError);
  assert.throws(() => RunWriter.create(join(folder, 'new'), manifest, experiment, { 'experiment.json/x': '' }));
  assert.deepEqual(readdirSync(folder), [RUN_ID]);
});

test('a step that fails in the middle leaves nothing, and the run goes on', (t) => {
  const dir = join(temporaryFolder(), RUN_ID);
  const writer = RunWriter.create(dir, manifest, experiment);
  t.after(() => writer.close());
  writer.writeStep(stepRecord(0));
  const duplicate = {
    ...stepRecord(1),
    metrics: { fresh: 1 },
    completions: [completion(1, 0, 0), completion(1, 0, 0)],
  };
  assert.throws(() => writer.writeStep(duplicate), /UNIQUE/);
  assert.throws(() => writer.writeStep({ ...stepRecord(1), metrics: { loss: NaN } }), /loss.*NaN/);
  assert.throws(() => writer.writeStep({ ...stepRecord(1), completions: [completion(2, 0, 0)] }), /belong/);
  assert.throws(() => writer.writeStep(stepRecord(0)), /cannot follow/);
  assert.equal(writer.lastStep, 0);

  // The metric's name was taken back with the step that brought it, and is given anew.
  writer.writeStep({ ...stepRecord(1), metrics: { another: 2, fresh: 3 } });
  const reader = RunReader.open(dir);
  t.after(() => reader.close());
  assert.deepEqual(reader.metrics(1), { another: 2, fresh: 3 });
  assert.equal(reader.completionsOfStep(1).length, 6);
});

test('an evaluation is added to a step, and replaces one of the same split', (t) => {
  const dir = join(temporaryFolder(), RUN_ID);
  const writer = RunWriter.create(dir, manifest, experiment);
  t.after(() => writer.close());
  writer.writeStep(stepRecord(10));
  const summary = {
    step: 10,
    split: 'test',
    problems: 1,
    samples: 1,
    accuracy: { value: 0, low: 0, high: 0.8 },
  } as const;
  const evaluated = (text: string) => completion(10, 5, 0, { purpose: 'evaluation', split: 'test', text });
  const reader = RunReader.open(dir);
  t.after(() => reader.close());
  const revisions = new Set([reader.evaluationRevision()]);
  writer.writeEvaluation({ ...summary, correct: 0 }, [problem(5, 'test')], [evaluated('first')]);
  revisions.add(reader.evaluationRevision());
  writer.writeEvaluation({ ...summary, correct: 1 }, [problem(5, 'test')], [evaluated('second')]);
  revisions.add(reader.evaluationRevision());
  assert.equal(revisions.size, 3, 'a replaced one is told from the one before');
  assert.throws(() => writer.writeEvaluation({ ...summary, step: 11, correct: 0 }, [], []), /not written/);

  assert.deepEqual(
    reader.completionsOfProblem('test', 5).map(({ text }) => text),
    ['second'],
  );
  assert.deepEqual(
    reader.evaluations().map(({ split, correct }) => [split, correct]),
    [
      ['test', 1],
      ['validation', 1],
    ],
  );
  assert.deepEqual(reader.search('first'), []);
});

test('a full disk is said with what to do', () => {
  const db = new DatabaseSync(':memory:');
  db.exec('PRAGMA max_page_count = 4; CREATE TABLE t (x)');
  let full: unknown;
  try {
    db.prepare('INSERT INTO t VALUES (zeroblob(100000))').run();
  } catch (error) {
    full = error;
  }
  for (const cause of [full, Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })]) {
    const said = writeFailure(cause, '/runs/20260101-120000-abcd', 'step 12 was not written');
    assert.ok(said instanceof DiskFullError);
    assert.match(
      said.message,
      /disk is full: step 12 was not written.*Free some space.*rlvr train --resume \/runs\/20260101-120000-abcd/,
    );
  }
});
