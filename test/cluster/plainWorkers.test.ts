/** One run on several workers, by way of a driver without Ray; the compute process is what the last build made. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { useCluster } from '../../src/engine/cluster/clusters.ts';
import { skip, usePlainDriver } from '../support/plainCluster.ts';
import { assertEqualBits, replay } from '../support/replays.ts';
import { assertSameRun, recordOf } from '../support/runRecord.ts';
import { HANG_LIMIT, makeProject, train, type Changes } from '../support/trainingProject.ts';

const OPTIONS = { ...HANG_LIMIT, skip };

before(usePlainDriver);

const inShares = (workers: number): Changes => ({
  training: { steps: 3, problemsPerStep: 4 },
  lora: { rank: 2 },
  device: 'ray',
  ray: { address: 'workers', workers, shares: 4 },
});

test(
  'a run on three workers is that of one, and of its replay; all of them are lost with the driver',
  OPTIONS,
  async () => {
    const project = await makeProject('llama');
    const one = await train(project, inShares(1));
    const { cluster, release } = useCluster('workers', project.folder);
    const { driver } = await cluster;
    const three = await train(project, inShares(3), {
      beforeStep: async (count) => {
        if (count !== 2) return;
        driver.kill();
        await driver.ended;
      },
    });
    await release();
    assert.match(JSON.stringify(three.events), /The machine that computed was lost, and the run goes on/);
    assertSameRun(recordOf(three.dir), recordOf(one.dir));
    assertEqualBits(await replay(three.dir, 2));
  },
);

test('workers without a share, and weights that would all travel, are refused', async () => {
  const project = await makeProject('llama');
  const few = { ...inShares(4), ray: { workers: 4, shares: 2 } };
  await assert.rejects(
    train(project, few),
    /ray\.shares: 4 workers have no more than 2 to compute; set it to 4 or more/,
  );
  const { ray, device } = inShares(2);
  await assert.rejects(
    train(project, { ray, device, full: true }),
    /ray\.workers: with `full: true` the gradients of every weight/,
  );
});
