import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { experiment, manifest, RUN_ID, stepRecord, temporaryFolder } from '../run/samples.ts';
import { jsonLines, rlvr } from './rlvr.ts';

const BROKEN_ID = '20260102-120000-dead';

/** A directory with a stopped run and a broken one. */
function preparedRuns(): string {
  const cwd = temporaryFolder();
  const runs = join(cwd, '.rlvr', 'runs');
  const writer = RunWriter.create(join(runs, RUN_ID), manifest, experiment);
  writer.writeSteps([0, 1, 2].map((step) => stepRecord(step)));
  writer.setStatus('stopped');
  writer.close();
  mkdirSync(join(runs, BROKEN_ID));
  writeFileSync(join(runs, BROKEN_ID, 'run.sqlite'), 'no database\u001b[2J');
  return cwd;
}

test('a directory without runs says how to start one', async () => {
  const { code, stdout } = await rlvr(['runs'], temporaryFolder());
  assert.equal(code, 0);
  assert.match(stdout, /^No runs in \.rlvr.runs\. Start one: rlvr train /);
  const json = await rlvr(['runs', '--runs', 'elsewhere', '--json'], temporaryFolder());
  assert.deepEqual(json, { code: 0, stdout: '', stderr: '' });
});

test('runs are a table, and broken ones stand below it with the reason', async () => {
  const { code, stdout } = await rlvr(['runs'], preparedRuns());
  assert.equal(code, 0);
  const [titles, row, blank, heading, broken, ...rest] = stdout.split('\n');
  assert.match(titles ?? '', /^run +name +status +steps +reward +held-out accuracy +started$/);
  assert.match(
    row ?? '',
    new RegExp(`^${RUN_ID}  sample  stopped  2/100   0\\.909  50\\.0 % \\(10\\.0 to 90\\.0\\)  2026-01-01 12:00$`),
  );
  assert.deepEqual([blank, heading, ...rest], ['', 'Cannot be read:', '']);
  assert.match(broken ?? '', new RegExp(`^  ${BROKEN_ID}  .*damaged`));
});

test('with --json every run is an object, broken ones with their error', async () => {
  const cwd = preparedRuns();
  const { code, stdout } = await rlvr(['runs', '--json'], cwd);
  assert.equal(code, 0);
  const [broken, run, ...rest] = jsonLines(stdout);
  assert.deepEqual(rest, []);
  assert.equal(broken?.['id'], BROKEN_ID);
  assert.match(String(broken['error']), /damaged/);
  assert.equal(run?.['event'], 'run');
  assert.equal(run['id'], RUN_ID);
  assert.equal(run['status'], 'stopped');
  assert.equal(run['lastStep'], 2);
  assert.deepEqual(run['lastEvaluation'], stepRecord(0).evaluation);
});
