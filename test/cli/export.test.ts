import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { experiment, manifest, RUN_ID, stepRecord, temporaryFolder } from '../run/samples.ts';
import { jsonLines, rlvr } from './rlvr.ts';

function writeRun(cwd: string, id: string): void {
  const writer = RunWriter.create(join(cwd, id), { ...manifest, id }, experiment);
  writer.writeSteps([0, 1, 2].map((step) => stepRecord(step)));
  writer.close();
}

test('equal runs export to equal bytes, in either format', async () => {
  const cwd = temporaryFolder();
  const other = '20260102-120000-bbbb';
  for (const id of [RUN_ID, other]) writeRun(cwd, id);
  for (const extension of ['jsonl', 'csv', 'parquet']) {
    const files = (id: string): string[] => [`${id}-metrics.${extension}`, `${id}-completions.${extension}`];
    for (const id of [RUN_ID, other]) {
      const [metrics = '', completions = ''] = files(id);
      const { code, stdout } = await rlvr(['export', id, '--metrics', metrics, '--completions', completions], cwd);
      assert.equal(code, 0);
      assert.equal(stdout, `Wrote the metrics to ${metrics}\nWrote the completions to ${completions}\n`);
    }
    for (const [index, file] of files(RUN_ID).entries()) {
      const exported = readFileSync(join(cwd, file));
      assert.ok(exported.length > 100);
      assert.deepEqual(readFileSync(join(cwd, files(other)[index] ?? '')), exported);
    }
  }
});

test('a metrics row is a flat object with the step and every metric', async () => {
  const cwd = temporaryFolder();
  writeRun(cwd, RUN_ID);
  const { code, stdout } = await rlvr(['export', RUN_ID, '--metrics', 'metrics.jsonl', '--json'], cwd);
  assert.equal(code, 0);
  assert.deepEqual(jsonLines(stdout), [{ event: 'exported', what: 'metrics', file: 'metrics.jsonl' }]);
  const rows = jsonLines(readFileSync(join(cwd, 'metrics.jsonl'), 'utf8'));
  assert.deepEqual(
    rows,
    [0, 1, 2].map((step) => ({ step, ...stepRecord(step).metrics })),
  );
});

test('what cannot be exported is said', async () => {
  const cwd = temporaryFolder();
  writeRun(cwd, RUN_ID);
  const format = await rlvr(['export', RUN_ID, '--metrics', 'metrics.xlsx'], cwd);
  assert.equal(format.code, 2);
  assert.match(format.stderr, /metrics\.xlsx.*\.jsonl, \.csv or \.parquet/);
  assert.ok(!existsSync(join(cwd, 'metrics.xlsx')));
  const same = await rlvr(['export', RUN_ID, '--metrics', 'x.csv', '--completions', './x.csv'], cwd);
  assert.equal(same.code, 2);
  assert.match(same.stderr, /--metrics and --completions cannot both be written to x\.csv/);
  const folder = await rlvr(['export', 'nowhere', '--metrics', 'metrics.csv'], cwd);
  assert.equal(folder.code, 1);
  assert.match(folder.stderr, /nowhere is not a run folder/);
});
