/** Promise: where a step's rows take more memory than there is, the run goes on with fewer at once, and keeps how many those were. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { EngineEvent } from '../../src/engine/protocol/events.ts';
import type { Metrics } from '../../src/engine/protocol/metrics.ts';
import { readMicroBatches } from '../../src/engine/run/microBatches.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { resumeRun } from '../../src/engine/trainer/engine.ts';
import { assertEqualBits, replay } from '../support/replays.ts';
import { changes, LIMIT_BYTES, ROWS } from '../support/shortOfMemory.ts';
import { processTree } from '../support/windowEngines.ts';
import { engage, HANG_LIMIT, makeProject, resume, train } from '../support/trainingProject.ts';

function metricsOf(dir: string, step: number): Metrics {
  const reader = RunReader.open(dir);
  try {
    return reader.metrics(step);
  } finally {
    reader.close();
  }
}

test('a step that finds no room is done in smaller micro-batches, and a replay does the same', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const { dir } = await train(project, changes, {
    onEvent: (event, stop) => {
      if (event.event === 'step') stop();
    },
  });
  const ample = `${dir}-ample`;
  cpSync(dir, ample, { recursive: true });
  assert.equal((await resume(ample)).outcome, 'finished');

  const events: EngineEvent[] = [];
  let places = 0;
  const { outcome } = await engage(
    (context) =>
      resumeRun(dir, {
        ...context,
        memoryLimit: LIMIT_BYTES,
        awaitRoom: () => {
          places++;
          return Promise.resolve();
        },
      }),
    { onEvent: (event) => events.push(event) },
  );
  assert.equal(outcome, 'finished');
  const at = readMicroBatches(dir);
  assert.equal(at(1), Infinity, 'the step before had room');
  assert.ok(at(2) >= 1 && at(2) <= ROWS / 2, `${at(2)} rows at once`);
  const said = events.flatMap((event) => (event.event === 'warning' ? [event.message] : []));
  assert.match(said[0] ?? '', /^Step 2 ran out of memory with 2048 rows at once\. .* 1024 at once/);
  assert.equal(places, 1, 'its place on the machine is asked for once');

  // The same sum in another order.
  const [found, expected] = [metricsOf(dir, 2), metricsOf(ample, 2)];
  for (const name of ['loss', 'grad_norm']) {
    const [value = NaN, other = NaN] = [found[name], expected[name]];
    assert.ok(Math.abs(value - other) <= 1e-4 * Math.max(1, Math.abs(other)), `${name}: ${value} and ${other}`);
  }
  assert.equal(found['reward'], expected['reward']);
  assertEqualBits(await replay(dir, 2));
});

/** Trains one step, of whose compute process something takes memory away when it comes to the update. */
async function trainShort(takeAway: (pid: number) => void): Promise<string> {
  const project = await makeProject('gpt2');
  const said: string[] = [];
  let taken = false;
  const { outcome, dir } = await train(
    project,
    { ...changes, training: { ...changes.training, steps: 1 } },
    {
      onEvent: (event) => {
        if (event.event === 'warning') said.push(event.message);
        if (taken || event.event !== 'phase' || event.phase !== 'train') return;
        taken = true;
        processTree(process.pid).filter(isCompute).forEach(takeAway);
      },
    },
  );
  assert.equal(outcome, 'finished');
  assert.equal(readMicroBatches(dir)(1), ROWS / 2);
  return said[0] ?? '';
}

const PRLIMIT = '/usr/bin/prlimit';
const noPrlimit =
  (process.platform !== 'linux' || !existsSync(PRLIMIT)) && 'nothing here can bound the memory of a process';
/** Less than all rows at once take, and more than Node needs to say so. */
const SPARE_BYTES = 150e6;

test('so is one to which the system gives no more memory', { ...HANG_LIMIT, skip: noPrlimit }, async () => {
  assert.match(await trainShort(boundMemory), /^Step 1 ran out of memory with 2048 rows at once/);
});

/** Control groups in their first version, as far as this process may make one. */
const GROUP = join('/sys/fs/cgroup/memory', `rlvr-test-${process.pid}`);
/** Who is killed has nothing to say and needs no room for it. */
const GROUP_BYTES = 16e6;
const noGroup = !makeGroup() && 'no control group can be made here';
after(() => noGroup === false && rmdirSync(GROUP));

test('so is one that the system kills because memory ran out', { ...HANG_LIMIT, skip: noGroup }, async () => {
  const said = await trainShort((pid) => {
    assert.ok(Number(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8')) > 0, 'it goes before an editor');
    // What it has stays with the group that it had it from.
    writeFileSync(join(GROUP, 'cgroup.procs'), String(pid));
  });
  assert.match(said, /^Step 1 ran out of memory with 2048 rows at once/);
});

function makeGroup(): boolean {
  try {
    mkdirSync(GROUP);
    writeFileSync(join(GROUP, 'memory.limit_in_bytes'), String(GROUP_BYTES));
    return true;
  } catch {
    return false;
  }
}

function isCompute(pid: number): boolean {
  return /\/compute\.(ts|js)\0/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
}

/** Lets a process map no more than it has and a little. */
function boundMemory(pid: number): void {
  const mapped = /^VmSize:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  execFileSync(PRLIMIT, ['--pid', String(pid), `--as=${1024 * Number(mapped) + SPARE_BYTES}`]);
}
