import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { RunData } from '../../src/extension/data/runData.ts';
import { watchRun } from '../../src/extension/data/runWatch.ts';
import { isReadable, progressText, runName } from '../../src/extension/runs/runNames.ts';
import { RunStore } from '../../src/extension/runs/runStore.ts';
import { experiment, manifest, stepRecord, temporaryFolder } from '../run/samples.ts';

const data = new RunData();
after(() => data.dispose());

function storeOf(context: TestContext, runsDir: string): RunStore {
  const store = new RunStore(data, () => ({ runsDirs: [runsDir], runDirs: [] }));
  context.after(() => store.dispose());
  return store;
}

function write(runsDir: string, id: string): RunWriter {
  return RunWriter.create(join(runsDir, id), { ...manifest, id }, experiment);
}

/** Resolves when the store tells of a change after which `holds`. */
function until(store: RunStore, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const listener = store.onDidChange(() => {
      if (!holds()) return;
      listener.dispose();
      resolve();
    });
  });
}

test('a run started by someone else appears, moves and ends without being asked for', async (context) => {
  const runsDir = temporaryFolder();
  const store = storeOf(context, runsDir);
  await store.refresh();
  assert.equal(store.runs.length, 0);

  const appears = until(store, () => store.runs.length === 1);
  const writer = write(runsDir, '20260101-120000-aaaa');
  await appears;
  const moves = until(store, () => store.runs.some((run) => isReadable(run) && run.lastStep === 1));
  writer.writeSteps([stepRecord(0), stepRecord(1)]);
  await moves;
  const ends = until(store, () => store.runs.some((run) => isReadable(run) && run.status === 'finished'));
  writer.setStatus('finished');
  writer.close();
  await ends;
  const run = store.runs.find(isReadable);
  assert.ok(run);
  assert.match(progressText(run), /^1 · /);
});

test('a name and a star are kept with the run', async (context) => {
  const runsDir = temporaryFolder();
  write(runsDir, '20260101-120000-bbbb').close();
  const store = storeOf(context, runsDir);
  await store.refresh();
  const dir = join(runsDir, '20260101-120000-bbbb');
  await data.call('setLabel', { dir, label: { name: 'the good one', starred: true } });
  await store.refresh();
  const run = store.get(dir);
  assert.ok(run !== undefined);
  assert.equal(runName(run), 'the good one');
  assert.equal(run.label.starred, true);
});

test('a deleted run is gone from the list, and back after Undo', async (context) => {
  const runsDir = join(temporaryFolder(), '.rlvr', 'runs');
  mkdirSync(runsDir, { recursive: true });
  write(runsDir, '20260101-120000-cccc').close();
  const store = storeOf(context, runsDir);
  await store.refresh();
  const dir = join(runsDir, '20260101-120000-cccc');
  const trashed = await data.call('moveToTrash', { dir });
  await store.refresh();
  assert.deepEqual(store.runs, []);
  await data.call('restoreFromTrash', { trashed, dir });
  await store.refresh();
  assert.equal(store.runs.length, 1);
});

test('a folder that is no run is an error for the user, and the worker lives on', async () => {
  await assert.rejects(data.call('requireRun', { dir: temporaryFolder() }), UserError);
  const { runs } = await data.call('listRuns', { runsDirs: [], runDirs: [], since: '' });
  assert.deepEqual(runs, []);
});

test('a watched run tells its state at once and after each change, and a run that is gone is an error', async (context) => {
  const runsDir = temporaryFolder();
  const writer = write(runsDir, '20260101-120000-dddd');
  const states: (number | null)[] = [];
  let wake = (): void => {};
  const waitFor = async (step: number | null): Promise<void> => {
    while (states.at(-1) !== step) await new Promise<void>((resolve) => (wake = resolve));
  };
  const watching = watchRun(
    data,
    join(runsDir, '20260101-120000-dddd'),
    ({ lastStep }) => {
      states.push(lastStep);
      wake();
    },
    () => {},
  );
  context.after(() => watching.dispose());
  await waitFor(null);
  writer.writeSteps([stepRecord(0)]);
  await waitFor(0);
  writer.writeSteps([stepRecord(1), stepRecord(2)]);
  await waitFor(2);
  writer.close();

  const failure = await new Promise<unknown>((resolve) => {
    context.after(() => gone.dispose());
    const gone = watchRun(data, join(runsDir, 'gone'), () => {}, resolve);
  });
  assert.ok(failure instanceof Error);
});

test('a run of which nothing else is to be listed stays the same object, and seeds of a recipe have it in common', async (context) => {
  const runsDir = temporaryFolder();
  const [rests, trains] = ['20260101-120000-eeee', '20260101-120000-ffff'];
  const resting = write(runsDir, rests);
  resting.setStatus('finished');
  resting.close();
  const writer = RunWriter.create(
    join(runsDir, trains),
    { ...manifest, id: trains, seed: 7 },
    { ...experiment, seed: 7 },
  );
  const store = storeOf(context, runsDir);
  await store.refresh();
  const before = store.get(join(runsDir, rests));
  writer.writeSteps([stepRecord(0)]);
  await store.refresh();
  writer.close();
  assert.equal(store.get(join(runsDir, rests)), before);
  const recipes = new Set(store.runs.filter(isReadable).map(({ recipe }) => recipe));
  assert.equal(recipes.size, 1);
  assert.deepEqual(
    store.runs.filter(isReadable).map(({ seed }) => seed),
    [7, manifest.seed],
  );
});

test('a list that is asked about with the version before it is not told again, and one of another version is told whole', async () => {
  const runsDir = temporaryFolder();
  write(runsDir, '20260101-120000-abcd').close();
  const dir = join(runsDir, '20260101-120000-abcd');
  const ask = (since: string): ReturnType<typeof data.call<'listRuns'>> =>
    data.call('listRuns', { runsDirs: [runsDir], runDirs: [], since });
  const first = await ask('');
  const second = await ask(first.version);
  assert.deepEqual(second.runs, [dir]);
  const outdated = await ask(first.version);
  assert.deepEqual(outdated.runs, first.runs);
  await data.call('setLabel', { dir, label: { name: 'other', starred: false } });
  const [renamed] = (await ask(outdated.version)).runs;
  assert.ok(typeof renamed === 'object' && renamed.label.name === 'other');
});
