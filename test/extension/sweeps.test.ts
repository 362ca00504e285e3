/** What the editor's host asks of its worker about sweeps and their runs. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { RunData } from '../../src/extension/data/runData.ts';
import { countFinished } from '../../src/engine/analysis/sweep/sweepRuns.ts';
import { roundOf, runsOfSweep } from '../../src/extension/sweeps/runsOfSweep.ts';
import { run, store } from '../support/listedRuns.ts';
import { comparedStep, firstSolved, writeComparedRun } from '../support/comparedRuns.ts';
import { temporaryFolder } from '../run/samples.ts';

const data = new RunData();
after(() => data.dispose());

const EXPERIMENT = { model: 'm', dataset: { source: 'd.jsonl' }, rewards: [{ function: 'gsm8k' }] };

function write(experiment: object): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'e.rlvr.json'), JSON.stringify(experiment));
  return join(folder, 'rates.sweep.json');
}

const TEXT = JSON.stringify({ experiment: 'e.rlvr.json', grid: { 'optimizer.learningRate': [1e-4, 1e-5] } });

test('a sweep is planned from the text as it stands, and what is wrong is for the user', async () => {
  const path = write(EXPERIMENT);
  const { sweep, experimentPath } = await data.call('planSweep', { path, text: TEXT });
  assert.deepEqual([sweep.name, sweep.members.length], ['rates', 2]);
  assert.equal(experimentPath, join(path, '..', 'e.rlvr.json'));
  const wrong = { path, text: TEXT.replace('1e-5', '0').replace('0.00001', '0') };
  await assert.rejects(data.call('planSweep', wrong), { name: 'UserError', message: /Run 2 of 2 .*learningRate=0/ });
});

test('its runs are those that record it, of several of a member the finished one', async () => {
  const { sweep } = await data.call('planSweep', { path: write(EXPERIMENT), text: TEXT });
  const membership = sweep.members.map((member) => member.membership);
  const [first = assert.fail(), second = assert.fail()] = membership;
  const listed = store(
    { ...run('/newest', 'stopped'), sweep: first },
    { ...run('/finished', 'finished'), sweep: first },
    { ...run('/half', 'stopped'), sweep: second },
    { ...run('/another', 'finished'), sweep: { ...second, id: 'another' } },
    run('/alone', 'finished'),
  );
  const runs = runsOfSweep(listed, sweep);
  assert.deepEqual(
    [...runs].map(([member, { dir }]) => [member, dir]),
    [
      [0, '/finished'],
      [1, '/half'],
    ],
  );
  assert.equal(countFinished(runs.values()), 1);
  assert.equal(roundOf(listed, sweep).id, sweep.id);
  const again = store(...listed.runs, { ...run('/again', 'stopped'), sweep: { ...first, id: `${sweep.id}-2` } });
  const newest = roundOf(again, sweep);
  assert.deepEqual(
    [...runsOfSweep(again, newest)].map(([, { dir }]) => dir),
    ['/again'],
    'anew, the runs of before are no part of it',
  );
  assert.equal(roundOf(again, sweep, true).id, `${sweep.id}-3`);
});

test('one window at a time trains a sweep', async () => {
  const runsDir = join(temporaryFolder(), 'runs');
  const other = new RunData();
  try {
    const take = (who: RunData, id: string) => who.call('takeSweep', { runsDir, id });
    assert.deepEqual(
      [await take(data, 'one'), await take(other, 'one'), await take(other, 'two')],
      [true, false, true],
    );
    await data.call('releaseSweep', { id: 'one' });
    assert.equal(await take(other, 'one'), true);
  } finally {
    other.dispose();
  }
});

test('the table of settings follows a run that goes on, and passes over what cannot be read', async () => {
  const folder = temporaryFolder();
  const dirs = [1e-4, 1e-3, 1e-2].map((learningRate, index) =>
    writeComparedRun(folder, {
      id: `20260101-12000${index}-aaaa`,
      evaluations: index === 2 ? { 0: firstSolved(9, 100) } : { 20: firstSolved(50 + index, 100) },
      experiment: { optimizer: { learningRate } },
    }),
  );
  const table = () => data.call('recipeTable', { dirs: [...dirs, join(folder, 'none')], baseline: null });
  const accuracies = async () => (await table())?.rows.map(({ accuracy }) => accuracy?.value ?? null);
  assert.deepEqual(await accuracies(), [0.51, 0.5, null]);
  const writer = RunWriter.open(dirs[2] ?? '');
  writer.writeSteps(
    Array.from({ length: 20 }, (_, index) => comparedStep(index + 1, index === 19 ? firstSolved(70, 100) : undefined)),
  );
  writer.setStatus('finished');
  writer.close();
  assert.deepEqual(await accuracies(), [0.7, 0.51, 0.5]);
  assert.equal(
    await data.call('recipeTable', { dirs: dirs.slice(0, 2), baseline: null }),
    null,
    'two are read as runs',
  );
});
