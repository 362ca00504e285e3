/** Stop ends the engine whatever it is doing, and the run goes on from there as if it had never been stopped. */
import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EngineEvent } from '../../src/engine/protocol/events.ts';
import type { Job } from '../../src/engine/protocol/link.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { heldBy } from '../support/held.ts';
import { isRunning, until } from '../support/processes.ts';
import { assertSameRun, recordOf } from '../support/runRecord.ts';
import {
  HANG_LIMIT,
  makeProject,
  reward,
  runsDir,
  train,
  writeExperiment,
  type Changes,
} from '../support/trainingProject.ts';
import { Client } from './client.ts';
import { endOf, outputOf, startSession, type EngineSession } from './engineSession.ts';

/** A reward that may take longer than anyone waits for a stop to take effect. */
const PATIENT_S = 3600;

/** Phases so long that most are told, and so many steps that a stop that comes late still comes before the end. */
const changes: Changes = {
  threads: 1,
  rewards: [{ ...reward('holds'), timeout: PATIENT_S }],
  training: { steps: 12, problemsPerStep: 4 },
  rollout: { groupSize: 12, maxCompletionLength: 24 },
  evaluation: { every: 3, samples: 16, sampling: { temperature: 1 } },
};

/** The phase of that step, or, since the newest alone is told, what came after it. */
const phase =
  (name: string, step: number) =>
  (event: EngineEvent): boolean =>
    (event.event === 'phase' && event.step === step && event.phase === name) ||
    (event.event === 'step' && event.step >= step) ||
    (event.event === 'phase' && event.step > step);

/** The order is obeyed: the process ends, and says so first. */
async function assertStops(session: EngineSession, client: Client): Promise<void> {
  client.say({ type: 'stop' });
  await client.closed;
  assert.equal((await session.ended).code, 130, outputOf(session));
  assert.deepEqual(client.messages.at(-1), {
    type: 'status',
    status: { state: 'ended', outcome: 'stopped', message: null },
  });
  assert.ok(client.messages.some((message) => message.type === 'status' && message.status.state === 'stopping'));
  assert.equal(endOf(session)?.outcome, 'stopped');
}

test('in every phase', HANG_LIMIT, async (t) => {
  const project = await makeProject('gpt2');
  const expected = recordOf((await train(project, changes)).dir);
  const before = readdirSync(runsDir(project));
  const experimentPath = writeExperiment(project, changes);
  const hold = join(project.folder, 'hold');

  async function start(job: Job): Promise<{ readonly session: EngineSession; readonly client: Client }> {
    const session = startSession(job);
    return { session, client: await Client.welcome(session) };
  }

  await t.test('load: there is no run yet', async () => {
    const { session, client } = await start({
      kind: 'train',
      experimentPath,
      overrides: [],
      runsDir: runsDir(project),
    });
    await client.untilEvent(phase('load', 0));
    await assertStops(session, client);
    // Unless the order came so late that there was one.
    if (endOf(session)?.runDir === null) assert.deepEqual(readdirSync(runsDir(project)), before);
  });

  let runDir = '';
  await t.test('evaluation of the untrained policy', async () => {
    const { session, client } = await start({
      kind: 'train',
      experimentPath,
      overrides: [],
      runsDir: runsDir(project),
    });
    await client.untilEvent(phase('eval', 0));
    await assertStops(session, client);
    runDir = endOf(session)?.runDir ?? '';
    assert.notEqual(runDir, '');
  });

  for (const [name, step] of [
    ['rollout', 1],
    ['train', 2],
    ['eval', 3],
  ] as const) {
    await t.test(name, async () => {
      const { session, client } = await start({ kind: 'resume', runDir });
      await client.untilEvent(phase(name, step));
      await assertStops(session, client);
    });
  }

  await t.test('a reward that hangs', async () => {
    const { session, client } = await start({ kind: 'resume', runDir });
    await client.untilEvent(({ event }) => event === 'started');
    writeFileSync(hold, '');
    await until(() => heldBy(project.folder) !== null);
    const grader = Number(heldBy(project.folder));
    await assertStops(session, client);
    await until(() => !isRunning(grader));
    rmSync(hold);
  });

  await t.test('a signal is as good as an order', async () => {
    const { session, client } = await start({ kind: 'resume', runDir });
    await client.untilEvent(({ event }) => event === 'started');
    process.kill(session.pid, 'SIGTERM');
    assert.equal((await session.ended).code, 130);
    assert.equal(endOf(session)?.outcome, 'stopped');
  });

  const { session } = await start({ kind: 'resume', runDir });
  assert.equal((await session.ended).code, 0, outputOf(session));
  assertSameRun(recordOf(runDir), expected);
  const reader = RunReader.open(runDir);
  assert.equal(reader.state().status, 'finished');
  reader.close();
});
