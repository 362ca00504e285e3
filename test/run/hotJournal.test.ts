import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { experiment, manifest, RUN_ID, stepRecord, temporaryFolder } from './samples.ts';

test('a run whose writer died in the middle of a rollback journal is read as it was before, and left as it is', () => {
  const sound = join(temporaryFolder(), RUN_ID);
  const writer = RunWriter.create(sound, manifest, experiment);
  writer.writeSteps([stepRecord(0), stepRecord(1)]);
  writer.close();

  // As after a kill: the change is half in the file, and what it was before is in the journal.
  const dying = new DatabaseSync(join(sound, 'run.sqlite'));
  dying.exec(
    'PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN IMMEDIATE; DELETE FROM metrics; DELETE FROM completions;',
  );
  dying.exec(`UPDATE run SET status = 'failed'`);
  const killed = join(temporaryFolder(), RUN_ID);
  mkdirSync(killed);
  for (const suffix of ['', '-journal'])
    copyFileSync(join(sound, `run.sqlite${suffix}`), join(killed, `run.sqlite${suffix}`));
  dying.exec('ROLLBACK');
  dying.close();
  const journal = readFileSync(join(killed, 'run.sqlite-journal'));
  assert.ok(journal.length > 0);

  const reader = RunReader.open(killed);
  assert.equal(reader.state().lastStep, 1);
  assert.equal(reader.metrics(1)['loss'], 1 / 3);
  reader.close();
  assert.ok(readFileSync(join(killed, 'run.sqlite-journal')).equals(journal));
});
