/** Runs on a Ray cluster of two nodes, a real one; what the compute process is, is what the last build made. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RayDriver, type OfCompute } from '../../src/engine/cluster/rayDriver.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { finish, jsonLines, start } from '../cli/rlvr.ts';
import { rayPython, skip, startCluster, type RayCluster } from '../support/rayCluster.ts';
import { assertSameRun, recordOf } from '../support/runRecord.ts';
import { HANG_LIMIT, makeProject, train, writeExperiment, type Changes } from '../support/trainingProject.ts';

const PROCESSORS = 2;

let cluster: RayCluster;
before(async () => {
  if (skip === false) cluster = await startCluster(Array.from({ length: PROCESSORS }, () => 1));
});
after(async () => {
  if (skip === false) await cluster.close();
});

const onCluster = (changes: Changes = {}): Changes => ({
  ...changes,
  device: 'ray',
  ray: { address: cluster.address },
});

test('a run on a cluster is the run of one machine, byte for byte', { ...HANG_LIMIT, skip }, async () => {
  const project = await makeProject('gpt2');
  const during: number[] = [];
  const there = await train(project, onCluster(), { beforeStep: async () => void during.push(await cluster.left()) });
  const here = await train(project, { threads: 1 });
  assert.equal(there.outcome, 'finished');
  assertSameRun(recordOf(there.dir), recordOf(here.dir));
  const reader = RunReader.open(there.dir);
  assert.equal(reader.manifest.threads, 1, 'as many as it has processors there');
  assert.ok(during.every((left) => left > 0));
  assert.equal(await cluster.left(), 0, 'nothing of it stays on a node');
  assert.equal(reader.metrics(1)['memory/peak_gib'], undefined, 'what this machine uses is not what the run does');
  reader.close();
});

test('stopped, it frees what it had of the cluster', { ...HANG_LIMIT, skip }, async () => {
  const { outcome } = await train(await makeProject('gpt2'), onCluster({ training: { steps: 50 } }), {
    onEvent: (event, stop) => {
      if (event.event === 'step') stop();
    },
  });
  assert.equal(outcome, 'stopped');
  while ((await cluster.free()) < PROCESSORS) await sleep(50);
});

test(
  'seeds of a sweep are trained at once, and are one recipe with its interval',
  { ...HANG_LIMIT, skip },
  async () => {
    const project = await makeProject('gpt2');
    writeExperiment(project, {}, 'tiny');
    const options = ['--runs', 'runs', '--seeds', '3', '--ray', cluster.address, '--json'];
    const { code, stdout, stderr } = await finish(
      start(['sweep', 'tiny.rlvr.json', ...options], project.folder, { RLVR_PYTHON: rayPython }),
    );
    assert.equal(code, 0, stderr);
    const events = jsonLines(stdout);
    const places = (name: string): number[] => events.flatMap(({ event }, index) => (event === name ? [index] : []));
    assert.equal(places('done').length, 3);
    const [, second = Infinity] = places('sweepRun');
    assert.ok(second < (places('done')[0] ?? 0), 'the second is begun before the first has ended');
    const titles = events.filter(({ event }) => event === 'step').map(({ run }) => run);
    assert.deepEqual([...new Set(titles)].sort(), ['seed 0', 'seed 1', 'seed 2']);
    const table = JSON.stringify(events.at(-1)?.['table']);
    assert.match(table, /"measured":3,.*"low":[\d.]+,"high":[\d.]+\},"over":"seeds"/);
  },
);

test('a node that dies in the middle changes nothing of the run', { ...HANG_LIMIT, skip }, async () => {
  const project = await makeProject('gpt2');
  let killed: Promise<void> | null = null;
  const { outcome, events, dir } = await train(project, onCluster(), {
    beforeStep: async (count) => {
      if (count === 2) await (killed ??= cluster.killNode());
    },
  });
  assert.equal(outcome, 'finished');
  assert.match(JSON.stringify(events), /The machine that computed was lost, and the run goes on/);
  assert.ok(events.some((event) => event.event === 'started' && event.resumedFrom === 1));
  const here = await train(project, { threads: 1 });
  assertSameRun(recordOf(dir), recordOf(here.dir));
});

test('what cannot be started or read there ends alone, and its driver goes on', { ...HANG_LIMIT, skip }, async (t) => {
  const environment = mkdtempSync(join(tmpdir(), 'rlvr-environment-'));
  t.after(() => rmSync(environment, { recursive: true }));
  writeFileSync(
    join(environment, 'strays'),
    '#!/bin/sh\n[ $1 ] && exit\necho a line that is no frame\nexec sleep 600\n',
  );
  writeFileSync(join(environment, 'foreign'), 'a program of another kind of machine');
  const driver = new RayDriver(rayPython, () => {});
  await driver.connect(cluster.address, environment);
  const endOf = (program: string, gpus: number): Promise<OfCompute> =>
    new Promise((resolve) => {
      driver.start([`./${program}`], { cpus: 1, gpus, memory: null }, (message) => {
        if (message.type === 'ended') resolve(message);
      });
    });
  const refused = await endOf('strays', 1.5);
  assert.match(refused.type === 'ended' ? (refused.lost ?? '') : '', /whole numbers/);
  const strayed = await endOf('strays', 0);
  assert.ok(strayed.type === 'ended' && strayed.lost === null && strayed.code === -constants.signals.SIGTERM);
  assert.match(strayed.output, /^What it said cannot be read: a frame of \d+ bytes/);
  const foreign = await endOf('foreign', 0);
  assert.ok(foreign.type === 'ended' && foreign.lost === null && foreign.code === null);
  assert.match(foreign.output, /^The Node that trains does not run on .*\n.*Exec format error/);
  driver.close();
  await driver.ended;
});

test('without a Python with Ray, a sentence says what to install', async () => {
  const project = await makeProject('gpt2');
  writeExperiment(project, {}, 'tiny');
  const missing = { RLVR_PYTHON: join(project.folder, 'no-python') };
  const { code, stderr } = await finish(start(['train', 'tiny.rlvr.json', '--ray', 'auto'], project.folder, missing));
  assert.equal(code, 1);
  assert.match(stderr, /The device "ray" needs Ray\. Ray needs Python\. .* is no Python that starts\./);
});
