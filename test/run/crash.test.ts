import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { exportCompletions, exportMetrics } from '../../src/engine/run/export.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { stepRecord, temporaryFolder } from './samples.ts';

const KILLS = 15;

/** Runs the writer; kills it a random moment after its `afterSteps`-th message. Resolves to whether it reached the end by itself. */
async function runWriter(dir: string, afterSteps: number): Promise<boolean> {
  const child = fork(join(import.meta.dirname, 'steppingWriter.ts'), [dir], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.on('exit', (code, signal) => resolve({ code, signal })),
  );
  let steps = 0;
  child.on('message', () => {
    steps++;
    if (steps === afterSteps) void sleep(Math.random() * 12).then(() => child.kill('SIGKILL'));
  });
  const { code, signal } = await ended;
  assert.ok(code === 0 || signal === 'SIGKILL', `the writer failed with ${code}`);
  return code === 0;
}

/** Every step that is there is there whole, and every folder under a good name is. */
function checkWhole(dir: string): void {
  const reader = RunReader.open(dir);
  const lastStep = reader.state().lastStep ?? -1;
  assert.equal(reader.stepCount(), lastStep + 1);
  for (let step = 0; step <= lastStep; step++) {
    assert.equal(reader.metrics(step)['loss'], step / 3);
    assert.equal(reader.completionsOfStep(step).length, stepRecord(step).completions.length);
  }
  assert.equal(reader.evaluations().length, Math.floor(lastStep / 10) + 1);
  reader.close();
  for (const name of readdirSync(join(dir, 'state')).filter((entry) => entry.startsWith('step-'))) {
    assert.equal(
      readFileSync(join(dir, 'state', name, 'a'), 'utf8'),
      readFileSync(join(dir, 'state', name, 'b'), 'utf8'),
    );
  }
}

test(
  'killed anywhere while it writes 50 steps, every step is whole or absent, and the resumed run is the same',
  { timeout: 120_000 },
  async () => {
    const folder = temporaryFolder();
    const straight = join(folder, 'straight');
    const killed = join(folder, 'killed');
    assert.ok(await runWriter(straight, 0));
    let finished = false;
    for (let kill = 0; kill < KILLS && !finished; kill++) {
      finished = await runWriter(killed, 1 + Math.floor(Math.random() * 8));
      checkWhole(killed);
    }
    if (!finished) assert.ok(await runWriter(killed, 0));
    checkWhole(killed);

    const [expected, found] = [straight, killed].map((dir) => {
      const reader = RunReader.open(dir);
      exportMetrics(reader, `${dir}.jsonl`);
      exportCompletions(reader, `${dir}.csv`);
      const charts = reader.metricNames().map((name) => reader.series(name, { maxPoints: 7 }));
      reader.close();
      return { charts, metrics: readFileSync(`${dir}.jsonl`, 'utf8'), completions: readFileSync(`${dir}.csv`, 'utf8') };
    });
    assert.equal(expected?.metrics.split('\n').length, 52);
    assert.deepEqual(found, expected);
  },
);
