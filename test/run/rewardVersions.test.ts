/** Promises: a change of rewards is in the run whole or not at all, hides with its steps, and old engines refuse such a run. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { RewardVersion } from '../../src/engine/protocol/run.ts';
import { DATABASE_FILE } from '../../src/engine/run/layout.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { experiment, manifest, RUN_ID, stepRecord, temporaryFolder } from './samples.ts';

function newRun(): RunWriter {
  return RunWriter.create(join(temporaryFolder(), RUN_ID), manifest, experiment);
}

function version(fromStep: number, hash: string): RewardVersion {
  return { fromStep, reward: 'correct', hash, entry: `rewards/0-${hash}/reward.ts` };
}

function sources(hash: string): ReadonlyMap<string, ReadonlyMap<string, Uint8Array>> {
  const files = new Map([
    ['reward.ts', Buffer.from(hash)],
    ['lib/parse.ts', Buffer.from('parse')],
  ]);
  return new Map([[`rewards/0-${hash}`, files]]);
}

function visible(dir: string): RewardVersion[] {
  const reader = RunReader.open(dir);
  try {
    return reader.rewardVersions();
  } finally {
    reader.close();
  }
}

function format(dir: string): unknown {
  const db = new DatabaseSync(join(dir, DATABASE_FILE), { readOnly: true });
  try {
    return db.prepare('PRAGMA user_version').get()?.['user_version'];
  } finally {
    db.close();
  }
}

test('a run is of the first format until its rewards change, and is read in both', () => {
  const writer = newRun();
  writer.writeSteps([stepRecord(0), stepRecord(1)]);
  assert.deepEqual(writer.rewardVersions(), []);
  assert.deepEqual(visible(writer.dir), []);
  assert.equal(format(writer.dir), 1);
  writer.changeRewards(2, [version(2, 'aa')], sources('aa'));
  assert.equal(format(writer.dir), 2, 'an engine that knows nothing of it refuses the run');
  assert.deepEqual(writer.rewardVersions(), [version(2, 'aa')]);
  assert.deepEqual(visible(writer.dir), [], 'no step was scored by it yet');
  writer.writeStep(stepRecord(2));
  assert.deepEqual(visible(writer.dir), [version(2, 'aa')]);
  writer.close();
  const again = RunWriter.open(writer.dir);
  assert.deepEqual(again.rewardVersions(), [version(2, 'aa')]);
  again.close();
});

test('a reader that was there before sees the change', () => {
  const writer = newRun();
  writer.writeStep(stepRecord(0));
  const reader = RunReader.open(writer.dir);
  assert.deepEqual(reader.rewardVersions(), []);
  writer.changeRewards(1, [version(1, 'aa')], sources('aa'));
  writer.writeStep(stepRecord(1));
  assert.deepEqual(reader.rewardVersions(), [version(1, 'aa')]);
  reader.close();
  writer.close();
});

test('sources are kept under names that say what is in them, and none is written over', () => {
  const writer = newRun();
  writer.changeRewards(1, [version(1, 'aa')], sources('aa'));
  const file = join(writer.dir, 'rewards/0-aa/reward.ts');
  assert.equal(readFileSync(file, 'utf8'), 'aa');
  assert.equal(readFileSync(join(writer.dir, 'rewards/0-aa/lib/parse.ts'), 'utf8'), 'parse');
  writeFileSync(file, 'as it was');
  writer.changeRewards(1, [version(1, 'bb')], new Map([...sources('aa'), ...sources('bb')]));
  assert.equal(readFileSync(file, 'utf8'), 'as it was');
  assert.deepEqual(writer.rewardVersions(), [version(1, 'bb')], 'the newer change took the place of the older');
  writeFileSync(join(writer.dir, 'rewards/.0-cc.tmp-1'), '');
  writer.close();
  RunWriter.open(writer.dir).close();
  assert.deepEqual(readdirSync(join(writer.dir, 'rewards')).sort(), ['0-aa', '0-bb'], 'what a crash left is removed');
});

test('a run that goes back behind a change hides it and keeps it, with what was scored after it', () => {
  const writer = newRun();
  writer.writeSteps([stepRecord(0), stepRecord(1)]);
  writer.changeRewards(2, [version(2, 'aa')], sources('aa'));
  writer.writeSteps([stepRecord(2), stepRecord(3)]);
  writer.rewind(1);
  assert.deepEqual(visible(writer.dir), []);
  assert.deepEqual(writer.rewardVersions(), [version(2, 'aa')]);
  const [scored] = stepRecord(2).completions;
  assert.ok(scored);
  const recorded = () => writer.recordedStep(2).find(scored.purpose, scored.split, scored.key);
  assert.notEqual(recorded(), undefined);
  writer.changeRewards(2, [version(2, 'bb')], sources('bb'));
  assert.equal(recorded(), undefined, 'other code gave it');
  writer.writeStep(stepRecord(2));
  assert.deepEqual(visible(writer.dir), [version(2, 'bb')]);
  writer.close();
});

test('a step that is there cannot be scored by other code', () => {
  const writer = newRun();
  writer.writeSteps([stepRecord(0), stepRecord(1)]);
  assert.throws(() => writer.changeRewards(1, [version(1, 'aa')], sources('aa')), /has been scored/);
  assert.equal(existsSync(join(writer.dir, 'rewards')), false);
  assert.equal(format(writer.dir), 1);
  writer.close();
});

test('a table that is not ours under that name is refused', () => {
  const writer = newRun();
  writer.changeRewards(1, [version(1, 'aa')], sources('aa'));
  writer.close();
  const db = new DatabaseSync(join(writer.dir, DATABASE_FILE));
  db.exec('DROP TABLE reward_versions; CREATE VIEW reward_versions AS SELECT 1 AS from_step;');
  db.close();
  assert.throws(() => RunReader.open(writer.dir), { name: 'DamagedRunError' });
});
