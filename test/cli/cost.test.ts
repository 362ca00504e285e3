import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownCostSentences } from '../../src/engine/analysis/cost/runCost.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import type { Experiment } from '../../src/engine/protocol/experiment.ts';
import { experiment, manifest, RUN_ID, stepRecord, temporaryFolder } from '../run/samples.ts';
import { writeComparedRun } from '../support/comparedRuns.ts';
import { jsonLines, rlvr } from './rlvr.ts';

function writeRun(cwd: string, changes: Partial<Experiment> = {}): string {
  const writer = RunWriter.create(join(cwd, RUN_ID), manifest, { ...experiment, ...changes });
  writer.writeStep(stepRecord(0));
  for (const step of [1, 2, 3, 4]) {
    const record = stepRecord(step);
    writer.writeStep({ ...record, metrics: { ...record.metrics, step_time: 900, epoch: (step * 8) / 64 } });
  }
  writer.close();
  return writer.dir;
}

test('a run is priced by the command, or by its experiment', async () => {
  const cwd = temporaryFolder();
  const dir = writeRun(cwd);
  const none = await rlvr(['cost', RUN_ID], cwd);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /No price is known: give --per-hour or --watts/);
  const { stdout } = await rlvr(['cost', RUN_ID, '--per-hour', '2', '--currency', 'EUR', '--epochs', '2'], cwd);
  assert.equal(
    stdout,
    '4 steps cost 1 h 00 min, 2.00 EUR.\nA step cost 15 min 00 s, 0.50 EUR.\n16 steps would cost about 4 h 00 min, 8.00 EUR.\n' +
      'Each step takes as long as the mean step of this run.\n',
  );
  const [json] = jsonLines((await rlvr(['cost', RUN_ID, '--watts', '500', '--json'], cwd)).stdout);
  assert.partialDeepStrictEqual(json, {
    event: 'cost',
    steps: 4,
    trainingProblems: 64,
    total: { kilowattHours: 0.5, money: null },
  });
  const reader = RunReader.open(dir);
  assert.deepEqual(ownCostSentences(reader), [], 'nothing is said where the experiment sets no price');
  reader.close();
});

test('with a price in the experiment it is said without being asked', (t) => {
  const reader = RunReader.open(writeRun(temporaryFolder(), { cost: { perHour: 1, currency: 'USD' } }));
  t.after(() => reader.close());
  assert.deepEqual(ownCostSentences(reader), [
    '4 steps cost 1 h 00 min, 1.00 USD.',
    'A step cost 15 min 00 s, 0.25 USD.',
  ]);
});

test('what dynamic sampling threw away is counted, and when it is most, what would help is said', async () => {
  const cwd = temporaryFolder();
  const writer = RunWriter.create(join(cwd, RUN_ID), manifest, {
    ...experiment,
    cost: { perHour: 1, currency: 'EUR' },
  });
  writer.writeStep(stepRecord(0));
  const discarding = (step: number, generated: number, discarded: number): void => {
    const record = stepRecord(step);
    const tokens = {
      'groups/generated_tokens': generated,
      'groups/discarded_tokens': discarded,
      'groups/discarded_tokens_frac': discarded / generated,
    };
    writer.writeStep({ ...record, metrics: { ...record.metrics, ...tokens, step_time: 900, 'time/rollout_s': 600 } });
  };
  discarding(1, 1000, 900);
  discarding(2, 3000, 1500);
  writer.close();
  const { stdout } = await rlvr(['cost', RUN_ID], cwd);
  assert.match(
    stdout,
    /^Dynamic sampling threw away 2,400 of 4,000 generated tokens \(60\.0 %\): 14 min 00 s, 0\.23 EUR of sampling\. Most problems .*"adaptive"/m,
  );
  const [json] = jsonLines((await rlvr(['cost', RUN_ID, '--json'], cwd)).stdout);
  assert.deepEqual(json?.['discarded'], { tokens: 2400, generated: 4000, seconds: 840 });
  const reader = RunReader.open(join(cwd, RUN_ID));
  assert.match(ownCostSentences(reader).at(-1) ?? '', /^Dynamic sampling threw away/);
  reader.close();
});

test('what screening put aside is told from what dynamic sampling threw away', async () => {
  const record = stepRecord(1);
  const generated = record.completions.reduce(
    (sum, { purpose, tokens }) => (purpose === 'rollout' ? sum + tokens.length : sum),
    0,
  );
  const screened = generated / 4;
  const stdoutOf = async (discarded: Record<string, number>): Promise<string> => {
    const cwd = temporaryFolder();
    const writer = RunWriter.create(join(cwd, RUN_ID), manifest, experiment);
    writer.writeStep(stepRecord(0));
    const metrics = { ...record.metrics, ...discarded, 'curriculum/screen_tokens': screened, 'time/rollout_s': 600 };
    writer.writeStep({ ...record, metrics });
    writer.close();
    const [json] = jsonLines((await rlvr(['cost', RUN_ID, '--json'], cwd)).stdout);
    assert.deepEqual(json?.['putAside'], { tokens: screened, generated, seconds: 150 });
    return (await rlvr(['cost', RUN_ID], cwd)).stdout;
  };
  const putAside =
    /^Screening put aside \S+ of \S+ generated tokens \(25\.0 %\): 2 min 30 s of sampling, and did not train on/m;
  const alone = await stdoutOf({});
  assert.match(alone, putAside);
  assert.doesNotMatch(alone, /Dynamic/);
  const both = await stdoutOf({
    'groups/generated_tokens': generated,
    'groups/discarded_tokens': 0.75 * generated,
    'groups/discarded_tokens_frac': 0.75,
  });
  assert.match(both, putAside);
  assert.match(
    both,
    /^Dynamic sampling threw away \S+ of \S+ generated tokens \(50\.0 %\): 5 min 00 s of sampling\.$/m,
  );
});

test('what was trained after the newest evaluation is not in the price of a point', async () => {
  const cwd = temporaryFolder();
  const solved = (count: number): boolean[] => Array.from({ length: 40 }, (_, problem) => problem < count);
  writeComparedRun(cwd, { id: RUN_ID, evaluations: { 0: solved(4), 10: solved(24) }, lastStep: 20 });
  const [json] = jsonLines((await rlvr(['cost', RUN_ID, '--per-hour', '1', '--json'], cwd)).stdout);
  // Half a second for each step.
  assert.partialDeepStrictEqual(json, {
    seconds: 10,
    gainSeconds: 5,
    perPoint: { kind: 'gained', spent: { seconds: 0.1 } },
  });
});

test('what is no number is refused', async () => {
  const cwd = temporaryFolder();
  writeRun(cwd);
  const { code, stderr } = await rlvr(['cost', RUN_ID, '--per-hour', 'cheap'], cwd);
  assert.equal(code, 2);
  assert.match(stderr, /--per-hour needs a number that is not negative, not "cheap"/);
  const perKwh = await rlvr(['cost', RUN_ID, '--per-hour', '2', '--per-kwh', '0.3'], cwd);
  assert.equal(perKwh.code, 2);
  assert.match(perKwh.stderr, /--per-kwh needs --watts N/);
  const nothing = await rlvr(['cost', RUN_ID, '--per-hour', '2', '--problems', '0'], cwd);
  assert.equal(nothing.code, 2);
  assert.match(nothing.stderr, /--problems needs a number above 0/);
});
