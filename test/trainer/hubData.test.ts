/** Promise: a run knows what it was trained on. It records the commit of a dataset of the hub, and goes on with that one when the branch has moved. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { getDataset } from '../../src/engine/data/hub/getDataset.ts';
import { hubPlaces } from '../../src/engine/hub/hubPlaces.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { temporaryFolder } from '../run/samples.ts';
import { fakeHub } from '../support/fakeHub.ts';
import { HANG_LIMIT, makeProject, resume, train } from '../support/trainingProject.ts';

const SOURCE = 'hf:owner/problems';
const [FIRST, LATER] = ['1'.repeat(40), '2'.repeat(40)] as const;

/** In verl's shape, whose answer is in `reward_model`. */
function parquet(thing: string): Uint8Array {
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'data_source', data: numbers.map(() => 'owner/problems') },
        { name: 'prompt', data: numbers.map((number) => `Eva has ${number} ${thing}. How many?`) },
        { name: 'reward_model', data: numbers.map((number) => ({ style: 'rule', ground_truth: String(number) })) },
      ],
    }),
  );
}

test('a run is resumed with the data that it began with, in whatever state its branch is', HANG_LIMIT, async (t) => {
  const repo = { name: 'owner/problems', commit: FIRST, files: { 'data/train.parquet': parquet('eggs') } };
  const hub = await fakeHub(t, repo);
  Object.assign(process.env, { HF_HOME: temporaryFolder(), HF_ENDPOINT: hub.endpoint });
  const get = (): Promise<unknown> =>
    getDataset(SOURCE, 'train', {
      ...hubPlaces(process.env),
      token: null,
      signal: new AbortController().signal,
      onProgress: () => {},
    });
  await get();
  const asked = hub.requests.length;

  const project = await makeProject('gpt2');
  const changes = { dataset: { source: SOURCE, validation: 2, test: 'test.jsonl' } };
  const stopped = await train(project, changes, {
    onEvent: (event, stop) => {
      if (event.event === 'step' && event.step === 1) stop();
    },
  });
  assert.equal(stopped.outcome, 'stopped');
  hub.repo = { ...repo, commit: LATER, files: { 'data/train.parquet': parquet('books') } };
  await get();

  const { outcome } = await resume(stopped.dir);
  assert.equal(outcome, 'finished');
  const reader = RunReader.open(stopped.dir);
  t.after(() => reader.close());
  assert.deepEqual(
    reader.manifest.datasets?.map(({ role, source, revision, rows }) => [role, source, revision, rows]),
    [
      ['train', SOURCE, FIRST, 8],
      ['test', 'test.jsonl', null, 2],
    ],
  );
  const drawn = [1, 2, 3].flatMap((step) => reader.completionsOfStep(step)).filter(({ split }) => split === 'train');
  const problems = drawn.map(({ key }) => reader.problem('train', key.problem));
  assert.ok(problems.length > 0);
  for (const problem of problems) {
    assert.match(problem?.prompt ?? '', /eggs/);
    assert.equal(problem?.row['answer'], String(Number(problem?.problem) + 1));
  }
  assert.ok(hub.requests.length > asked, 'the later state was fetched');
});

test('what the parts give away of each other is told before anything is sampled', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const { events } = await train(project, {
    dataset: { source: 'train.jsonl', validation: 'train.jsonl' },
    training: { steps: 1 },
  });
  const leak = events.findIndex(
    (event) =>
      event.event === 'warning' && event.message.includes('validation problems ask the same as a train problem'),
  );
  const sampled = events.findIndex(({ event }) => event === 'eval' || event === 'step');
  assert.ok(leak >= 0 && leak < sampled, `${leak} ${sampled}`);
});
