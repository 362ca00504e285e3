/** Promise: ten reloads in a row while a run goes on leave one engine, which never stopped, and a curve without a gap. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { RunReader } from '../../src/engine/run/reader.ts';
import { isRunning, until } from '../support/processes.ts';
import { HANG_LIMIT, makeProject } from '../support/trainingProject.ts';
import {
  enginePid,
  lastStepOf,
  LONG,
  makeSessionsFolder,
  openWindow,
  trainJob,
  whenEngine,
} from '../support/windowEngines.ts';

const RELOADS = 10;
const sessionsDir = makeSessionsFolder();

test('ten reloads in a row during training', HANG_LIMIT, async (t) => {
  const project = await makeProject('gpt2');
  let window = openWindow(t, sessionsDir);
  const started = await window.engines.start(trainJob(project, LONG));
  await whenEngine(started, ({ lastStep }) => lastStep !== null);
  const pid = enginePid(sessionsDir, started) ?? assert.fail();
  const runDir = started.runDir ?? assert.fail();

  for (let reload = 1; reload <= RELOADS; reload++) {
    window.engines.dispose();
    window = openWindow(t, sessionsDir);
    await window.engines.attachAll();
    const [found, ...others] = window.engines.handles;
    assert.ok(found, `reload ${reload}`);
    assert.deepEqual(others, []);
    assert.deepEqual([found.id, found.runDir, enginePid(sessionsDir, found)], [started.id, runDir, pid]);
    const reached = lastStepOf(runDir) ?? 0;
    // What the window hears goes on, too.
    await whenEngine(found, ({ lastStep }) => (lastStep?.step ?? 0) > reached);
    assert.deepEqual(readdirSync(sessionsDir), [started.id]);
    assert.deepEqual([window.ended, window.resumed], [[], []]);
  }

  await window.engines.handles[0]?.stop();
  await until(() => !isRunning(pid));
  const reader = RunReader.open(runDir);
  const steps = Array.from(reader.metricRows(['loss']), ({ step }) => step);
  reader.close();
  assert.deepEqual(
    steps,
    steps.map((_, index) => index),
  );
  assert.ok(steps.length > RELOADS);
});
