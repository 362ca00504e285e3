/** Promise: Stop works at once, whatever the run is doing; no process is left, and the run resumes to what it would have been. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EngineEvent } from '../../src/engine/protocol/events.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { evaluatePath } from '../../src/engine/trainer/evaluatePath.ts';
import { heldBy } from '../support/held.ts';
import { hasChildren, isRunning, until } from '../support/processes.ts';
import { assertSameRun, recordOf } from '../support/runRecord.ts';
import {
  engage,
  HANG_LIMIT,
  makeProject,
  resume,
  reward,
  runsDir,
  train,
  type Changes,
} from '../support/trainingProject.ts';

/** A reward that may take longer than anyone waits for a stop to take effect. */
const PATIENT_S = 3600;

const changes: Changes = {
  rewards: [{ ...reward('holds'), timeout: PATIENT_S }],
  training: { steps: 5 },
  evaluation: { every: 3 },
};

/** Stops at the first event that is meant. */
function stopAt(meant: (event: EngineEvent) => boolean) {
  return {
    onEvent: (event: EngineEvent, stop: () => void): void => {
      if (meant(event)) stop();
    },
  };
}

const phase =
  (step: number, name: string, done = 0) =>
  (event: EngineEvent): boolean =>
    event.event === 'phase' && event.step === step && event.phase === name && event.done >= done;

test(
  'stopped in every phase, no process is left, and resumed it is the run that was never stopped',
  HANG_LIMIT,
  async (context) => {
    const project = await makeProject('gpt2');
    const expected = recordOf((await train(project, changes)).dir);
    const hold = join(project.folder, 'hold');
    let grader: string | null = null;
    const before = readdirSync(runsDir(project));

    /** The outcome, the process and the run after a stop. */
    async function assertStopped(
      run: Promise<{ readonly outcome: string; readonly dir: string }>,
      lastStep: number | null,
    ) {
      const { outcome, dir } = await run;
      assert.equal(outcome, 'stopped');
      await until(() => !hasChildren());
      const reader = RunReader.open(dir);
      const state = reader.state();
      reader.close();
      assert.deepEqual({ status: state.status, lastStep: state.lastStep }, { status: 'stopped', lastStep });
      return dir;
    }

    await context.test('while loading: there is no run yet', async () => {
      const { outcome } = await train(project, changes, stopAt(phase(0, 'load')));
      assert.equal(outcome, 'stopped');
      await until(() => !hasChildren());
      assert.deepEqual(readdirSync(runsDir(project)), before);
    });

    let dir = '';
    await context.test('while the untrained policy is evaluated', async () => {
      dir = await assertStopped(train(project, changes, stopAt(phase(0, 'eval', 1))), null);
      const evaluation = engage((engine) => evaluatePath({ path: dir, split: 'validation', overrides: [] }, engine));
      await assert.rejects(evaluation, { name: 'UserError', message: /no step to evaluate yet/ });
    });

    await context.test('during a rollout', async () => {
      await assertStopped(resume(dir, stopAt(phase(1, 'rollout', 8))), 0);
    });

    await context.test('while a reward blocks its process', async () => {
      const run = resume(dir, {
        onEvent: (event, stop) => {
          if (!phase(2, 'rollout')(event) || existsSync(hold)) return;
          writeFileSync(hold, '');
          void until(() => (grader = heldBy(project.folder)) !== null).then(stop);
        },
      });
      await assertStopped(run, 1);
      await until(() => !isRunning(Number(grader)));
      rmSync(hold);
    });

    await context.test('during an update', async () => {
      await assertStopped(
        resume(dir, {
          onEvent: (event, stop) => {
            // By then the request has been sent.
            if (phase(2, 'train')(event)) setImmediate(stop);
          },
        }),
        1,
      );
    });

    await context.test('during an evaluation', async () => {
      await assertStopped(resume(dir, stopAt(phase(3, 'eval', 1))), 2);
    });

    await context.test('while loading to resume: the run is left as it was', async () => {
      await assertStopped(
        resume(dir, {
          onEvent: (event, stop) => {
            // By then the compute process loads the model.
            if (phase(0, 'load')(event)) void until(hasChildren).then(stop);
          },
        }).then((engaged) => ({ ...engaged, dir })),
        2,
      );
    });

    await context.test('between two steps', async () => {
      await assertStopped(
        resume(
          dir,
          stopAt(({ event }) => event === 'step'),
        ),
        3,
      );
    });

    assert.equal((await resume(dir)).outcome, 'finished');
    assertSameRun(recordOf(dir), expected);
  },
);
