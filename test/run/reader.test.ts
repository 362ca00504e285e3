import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { DamagedRunError, NewerRunError } from '../../src/engine/run/errors.ts';
import { EXPERIMENT_FILE } from '../../src/engine/run/layout.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { completion, experiment, manifest, RUN_ID, stepRecord, temporaryFolder } from './samples.ts';

function finishedRun(): string {
  const dir = join(temporaryFolder(), RUN_ID);
  const writer = RunWriter.create(dir, manifest, experiment);
  writer.writeSteps([0, 1, 2].map((step) => stepRecord(step)));
  writer.close();
  return dir;
}

const openers = [(dir: string) => RunReader.open(dir), (dir: string) => RunWriter.open(dir)];

/** Changes a run's database behind the engine's back. */
function tamper(dir: string, sql: string): void {
  const db = new DatabaseSync(join(dir, 'run.sqlite'));
  db.exec(sql);
  db.close();
}

test('a run is read while it is written, one state at a time', (t) => {
  const writer = RunWriter.create(join(temporaryFolder(), RUN_ID), manifest, experiment);
  t.after(() => writer.close());
  writer.writeStep(stepRecord(0));
  const reader = RunReader.open(writer.dir);
  t.after(() => reader.close());
  const rows = reader.snapshot(() => {
    const before = reader.stepCount();
    writer.writeStep(stepRecord(1));
    assert.equal(reader.stepCount(), before);
    assert.equal(
      reader.snapshot(() => reader.stepCount()),
      before,
      'one within it sees the same',
    );
    return [...reader.metricRows()];
  });
  assert.deepEqual(rows, [{ step: 0, metrics: stepRecord(0).metrics }]);
  assert.deepEqual(reader.metrics(1), stepRecord(1).metrics);
});

test('a walk given up in the middle holds nothing back', (t) => {
  const writer = RunWriter.create(join(temporaryFolder(), RUN_ID), manifest, experiment);
  writer.writeSteps([0, 1, 2].map((step) => stepRecord(step)));
  const reader = RunReader.open(writer.dir);
  t.after(() => reader.close());
  for (const { key } of reader.completions()) if (key.sample === 1) break;
  writer.writeStep(stepRecord(3));
  // The newest state is seen by the same connection, which a statement left open would keep at the old one.
  assert.equal(reader.state().lastStep, 3);
  writer.close();
});

test('search finds words, phrases and beginnings, newest first, with what matched', (t) => {
  const dir = finishedRun();
  const reader = RunReader.open(dir);
  t.after(() => reader.close());
  const hits = reader.search('apples numb sample2');
  assert.equal(hits.length, 0, 'only the last word may be a beginning');
  assert.deepEqual(
    reader.search('apples sample2').map(({ key }) => key.step),
    [2, 2, 1, 1, 0, 0],
  );
  assert.equal(reader.search('apples sam', 4).length, 4);
  assert.deepEqual(reader.search('"apples answer"'), []);
  const [hit] = reader.search('"step 1 apples"', 1);
  assert.deepEqual(hit?.key, { step: 1, problem: 2, occurrence: 0, round: 0, sample: 2 });
  assert.deepEqual(
    hit.snippet.filter((part) => part.match).map((part) => part.text),
    ['step 1 apples'],
  );
  assert.equal(hit.snippet.map((part) => part.text).join(''), completion(1, 2, 2).text);
});

/** Runs `body` without the right to write to the folder, as a user without special rights. */
function withoutWriting(dir: string, body: () => void): void {
  chmodSync(join(dir, '..'), 0o755);
  chmodSync(dir, 0o555);
  const root = process.getuid?.() === 0;
  if (root) process.seteuid?.('nobody');
  try {
    body();
  } finally {
    if (root) process.seteuid?.(0);
    chmodSync(dir, 0o755);
  }
}

const noPermissions = process.platform === 'win32' && 'Windows has no read-only folders of this kind';

test('a read-only folder is read, at rest and after a crash', { skip: noPermissions }, () => {
  const folder = temporaryFolder();
  const dir = join(folder, RUN_ID);
  const writer = RunWriter.create(dir, manifest, experiment);
  writer.writeStep(stepRecord(0));
  writer.close();
  const resumed = RunWriter.open(dir);
  resumed.writeStep(stepRecord(1));
  // As a crash leaves it, or a copy of a run under way: the log beside the database, its shared memory not.
  const crashed = join(folder, 'crashed');
  // As a writer leaves it that a reader kept from closing the log, once that is taken over.
  const atRest = join(folder, 'at-rest');
  for (const copy of [crashed, atRest]) {
    mkdirSync(copy);
    for (const name of ['run.sqlite', 'run.sqlite-wal']) copyFileSync(join(dir, name), join(copy, name));
  }
  resumed.close();
  tamper(atRest, 'PRAGMA wal_checkpoint(TRUNCATE)');
  for (const copy of [dir, crashed, atRest]) {
    withoutWriting(copy, () => {
      const before = readdirSync(copy);
      const reader = RunReader.open(copy);
      assert.deepEqual(reader.metrics(1), stepRecord(1).metrics);
      assert.equal(reader.search('sample1').length, 4);
      reader.close();
      assert.deepEqual(readdirSync(copy), before);
    });
  }
});

test('a read-only folder cannot be continued, and says so', { skip: noPermissions }, () => {
  const dir = finishedRun();
  withoutWriting(dir, () => assert.throws(() => RunWriter.open(dir), /cannot be (written|opened)/));
});

test('a newer run is refused by reader and writer, naming the version that wrote it', () => {
  const dir = finishedRun();
  tamper(dir, 'PRAGMA user_version = 4; DROP TABLE evaluations;');
  for (const open of openers) {
    assert.throws(
      () => open(dir),
      (error) => error instanceof NewerRunError && /by RLVR-Ops 0\.1\.0 in run format 4.*Update/.test(error.message),
    );
  }
});

test('a run from before curricula screened problems sampled whole groups', () => {
  const writer = RunWriter.create(join(temporaryFolder(), RUN_ID), manifest, experiment);
  writer.close();
  const unscreened = { by: 'adaptive', unsolved: 0.5, exploration: 0.1, rest: 0.5, focus: 2 };
  writeFileSync(join(writer.dir, EXPERIMENT_FILE), JSON.stringify({ ...experiment, curriculum: unscreened }));
  const reader = RunReader.open(writer.dir);
  assert.deepEqual(reader.experiment().curriculum, { ...unscreened, screen: 0 });
  reader.close();
});

test('tables that are not ours are refused', () => {
  const changes = [
    'DROP TABLE metrics; CREATE VIEW metrics AS SELECT 1 AS metric, 1 AS step, 1.0 AS value;',
    'CREATE TRIGGER more AFTER INSERT ON steps BEGIN DELETE FROM steps; END;',
    'ALTER TABLE problems ADD COLUMN more TEXT;',
    'PRAGMA application_id = 0;',
    'PRAGMA user_version = 0;',
  ];
  for (const change of changes) {
    const dir = finishedRun();
    tamper(dir, change);
    assert.throws(() => RunReader.open(dir), DamagedRunError, change);
    assert.throws(() => RunWriter.open(dir), DamagedRunError, change);
  }
});

test('a folder without a run says so and stays as it was', () => {
  const dir = temporaryFolder();
  for (const open of openers) {
    assert.throws(
      () => open(dir),
      (error) => error instanceof UserError && error.message.includes('is not a run folder'),
    );
  }
  assert.deepEqual(readdirSync(dir), []);
  assert.ok(!existsSync(join(dir, 'run.lock')));
});
