/** What the engine does with its driver of a cluster, held against a driver without Ray; the compute process is what the last build made. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { inTime, useCluster } from '../../src/engine/cluster/clusters.ts';
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
    const other = useCluster('shared', project.folder);
    const { driver } = await other.cluster;
    const { outcome, events, dir } = await train(project, onCluster('shared'), {
      beforeStep: async (count) => {
        if (count !== 2) return;
        driver.kill();
        await driver.ended;
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
  const { cluster, release } = useCluster('dead', import.meta.dirname);
  const { driver } = await cluster;
  driver.kill();
  await driver.ended;
  await assert.rejects(new RemoteCompute(driver, NEEDS).started, ComputeLostError);
  await release();
});

test('a driver that cannot be understood is used by nobody any more', OPTIONS, async () => {
  const [one, other] = [useCluster('raves', import.meta.dirname), useCluster('raves', import.meta.dirname)];
  const { driver } = await one.cluster;
  assert.equal((await other.cluster).driver, driver);
  const { started } = new RemoteCompute(driver, NEEDS);
  await assert.rejects(started, {
    name: 'ComputeLostError',
    message: /What the driver .* says cannot be read: /,
  });
  const next = useCluster('raves', import.meta.dirname);
  assert.notEqual((await next.cluster).driver, driver);
  await Promise.all([one, other, next].map(({ release }) => release()));
});

test('a compute process that ends before what it saved is taken fails its run', OPTIONS, async () => {
  const project = await makeProject('gpt2');
  await assert.rejects(train(project, onCluster('fails at save')), (error: unknown) => {
    assert.ok(error instanceof ComputeEndedError, String(error));
    assert.match(error.message, /^The compute process was ended by SIGKILL/);
    return true;
  });
});

test('who stops while a cluster is joined does not wait for it', OPTIONS, async () => {
  const { folder } = await makeProject('gpt2');
  const tried = join(folder, 'tried');
  const { cluster, release } = useCluster(`never answers ${tried}`, folder);
  const refused = assert.rejects(cluster, /The driver of the Ray cluster ended/);
  while (!existsSync(tried)) await sleep(20);
  await release();
  await refused;
});

test('a cluster that never answers is given up', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const refused = assert.rejects(
    inTime(new Promise(() => {}), 'a:1'),
    /The Ray cluster a:1 was not joined in 10 minutes/,
  );
  t.mock.timers.tick(10 * 60_000);
  await refused;
});
