/** Promise: the clock on the wall may be set to any time while a run goes on; nothing of the run follows from it. */
import assert from 'node:assert/strict';
import { basename, dirname } from 'node:path';
import { test } from 'node:test';
import { listRuns } from '../../src/engine/run/runs.ts';
import { assertSameRun, recordOf } from '../support/runRecord.ts';
import { HANG_LIMIT, makeProject, resume, train, type Changes } from '../support/trainingProject.ts';

const changes: Changes = { training: { steps: 3 }, evaluation: { every: 0 } };
const YEAR_MS = 365 * 24 * 60 * 60_000;

test('a clock that jumps back and forth by a year, and by another before the run is resumed', HANG_LIMIT, async (t) => {
  const project = await makeProject('gpt2');
  const straight = recordOf((await train(project, changes)).dir);
  const began = Date.now();
  t.mock.timers.enable({ apis: ['Date'], now: began });
  const stopped = await train(project, changes, {
    onEvent: (event, stop) => {
      if (event.event === 'phase') t.mock.timers.setTime(began + (event.step % 2 === 0 ? YEAR_MS : -YEAR_MS));
      if (event.event === 'step' && event.step === 2) stop();
    },
  });
  t.mock.timers.setTime(began - 2 * YEAR_MS);
  assert.equal((await resume(stopped.dir)).outcome, 'finished');
  t.mock.timers.reset();
  assertSameRun(recordOf(stopped.dir), straight);
  const listed = listRuns(dirname(stopped.dir)).map(({ id }) => id);
  assert.ok(listed.includes(basename(stopped.dir)));
});
