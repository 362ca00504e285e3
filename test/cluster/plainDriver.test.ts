/** What the engine does with its driver of a cluster, held against a driver without Ray; the compute process is what the last build made. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { useCluster } from '../../src/engine/cluster/clusters.ts';
import { RemoteCompute } from '../../src/engine/cluster/remoteCompute.ts';
import { ComputeEndedError } from '../../src/engine/compute/client.ts';
import { ComputeLostError } from '../../src/engine/protocol/errors.ts';
import { skip, usePlainDriver } from '../support/plainCluster.ts';
import { assertSameRun, recordOf } from '../support/runRecord.ts';
import { HANG_LIMIT, makeProject, train, type Changes } from '../support/trainingProject.ts';

const OPTIONS = { ...HANG_LIMIT, skip };
const NEEDS = { cpus: 1, gpus: 0, memory: null };

before(usePlainDriver);

const onCluster = (address: string): Changes => ({ device: 'ray', ray: { address } });

test(
  'runs share a driver; when it dies they go on with another, and the run is that of one machine',
  OPTIONS,
  async () => {
    const project = await makeProject('gpt2');
    const other = await useCluster('shared', project.folder);
    const { outcome, events, dir } = await train(project, onCluster('shared'), {
      beforeStep: async (count) => {
        if (count !== 2) return;
        other.driver.kill();
        await other.driver.ended;
      },
    });
    assert.equal(outcome, 'finished');
    assert.match(JSON.stringify(events), /The machine that computed was lost, and the run goes on/);
    const here = await train(project, { threads: 1 });
    assertSameRun(recordOf(dir), recordOf(here.dir));
    await other.release();
  },
);

test('what is started on a driver that has died is lost', OPTIONS, async () => {
  const { driver, release } = await useCluster('dead', import.meta.dirname);
  driver.kill();
  await driver.ended;
  await assert.rejects(new RemoteCompute(driver, NEEDS).started, ComputeLostError);
  await release();
});

test('a compute process that ends before what it saved is taken fails its run', OPTIONS, async () => {
  const project = await makeProject('gpt2');
  await assert.rejects(train(project, onCluster('fails at save')), (error: unknown) => {
    assert.ok(error instanceof ComputeEndedError, String(error));
    assert.match(error.message, /^The compute process was ended by SIGKILL/);
    return true;
  });
});
