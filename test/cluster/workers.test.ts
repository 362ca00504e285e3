/** One run on several machines: a Ray cluster of two nodes, a real one; what the compute process is, is what the last build made. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertEqualBits, replay } from '../support/replays.ts';
import { skip, startCluster, type RayCluster } from '../support/rayCluster.ts';
import { assertSameRun, recordOf, type RunRecord } from '../support/runRecord.ts';
import { HANG_LIMIT, makeProject, train, type Changes, type Project } from '../support/trainingProject.ts';

let cluster: RayCluster;
let project: Project;
/** Of one worker. */
let expected: RunRecord;

const inShares = (workers: number): Changes => ({
  training: { steps: 4, problemsPerStep: 4 },
  lora: { rank: 2 },
  device: 'ray',
  ray: { address: cluster.address, workers, shares: 4 },
});

before(async () => {
  if (skip !== false) return;
  cluster = await startCluster([2, 2]);
  project = await makeProject('llama');
});
after(async () => {
  if (skip === false) await cluster.close();
});

test(
  'with 1, 2 and 4 workers a run is the same bytes, and a replay on one machine too',
  { ...HANG_LIMIT, skip },
  async () => {
    const one = await train(project, inShares(1));
    expected = recordOf(one.dir);
    for (const workers of [2, 4]) assertSameRun(recordOf((await train(project, inShares(workers))).dir), expected);
    assertEqualBits(await replay(one.dir, 3));
  },
);

test('a node with some of the workers that dies in the middle changes nothing', { ...HANG_LIMIT, skip }, async () => {
  let killed: Promise<void> | null = null;
  const { outcome, events, dir } = await train(project, inShares(4), {
    beforeStep: async (count) => {
      if (count === 3) await (killed ??= cluster.killNode());
    },
  });
  assert.equal(outcome, 'finished');
  assert.match(
    JSON.stringify(events),
    /A machine that computed was lost\. The \d that are left compute its share until/,
  );
  assert.ok(
    !events.some((event) => event.event === 'started' && event.resumedFrom !== undefined),
    'nothing is done twice',
  );
  assertSameRun(recordOf(dir), expected);
});
