/** A run that is not to take the battery waits while there is no other power, and a person's word comes first. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { writeFileWhole } from '../../src/engine/run/durable.ts';
import { LAUNCH_FILE, type EngineStatus } from '../../src/engine/protocol/link.ts';
import { HANG_LIMIT, makeProject, runsDir, writeExperiment, type Changes } from '../support/trainingProject.ts';
import { Client } from './client.ts';
import { outputOf, shortFolder, startIn, writeSession } from './engineSession.ts';

const DOOR = fileURLToPath(new URL('./onBattery.ts', import.meta.url));
const endless: Changes = { threads: 1, training: { steps: 100_000 }, evaluation: { every: 0 } };

test('a run pauses on battery, goes on with mains, and does what a person says meanwhile', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const dir = join(shortFolder(), 'session');
  const experimentPath = writeExperiment(project, endless);
  const launch = writeSession(dir, { kind: 'train', experimentPath, overrides: [], runsDir: runsDir(project) });
  writeFileSync(join(dir, LAUNCH_FILE), JSON.stringify({ ...launch, pauseOnBattery: true }), { mode: 0o600 });
  const plug = (source: 'battery' | 'mains'): void => writeFileWhole(join(dir, 'power'), (append) => append(source));
  plug('mains');
  const session = startIn(dir, { door: DOOR, meeting: shortFolder() });
  const client = await Client.welcome(session);
  /** Resolves with the next status after those that were heard before the call. */
  const next = async (): Promise<EngineStatus> => {
    const before = client.heard.length;
    const { message } = await client.until((said) => said.type === 'status' && client.messages.indexOf(said) >= before);
    assert.ok(message.type === 'status');
    return message.status;
  };
  const steps = (): number => client.events.filter(({ event }) => event === 'step').length;
  const moreSteps = async (): Promise<void> => {
    const before = steps();
    await client.until(() => steps() > before);
  };
  const after = async (cause: () => void): Promise<EngineStatus> => {
    const status = next();
    cause();
    return status;
  };
  await client.untilEvent(({ event }) => event === 'step');

  assert.deepEqual(await after(() => plug('battery')), { state: 'paused', onBattery: true });
  const later = await Client.welcome(session);
  const [welcome] = later.messages;
  assert.ok(welcome?.type === 'welcome');
  assert.deepEqual(welcome.status, { state: 'paused', onBattery: true }, 'who comes later is told why');
  assert.deepEqual(await after(() => plug('mains')), { state: 'working' });
  await moreSteps();

  assert.deepEqual(await after(() => plug('battery')), { state: 'paused', onBattery: true });
  assert.deepEqual(await after(() => client.say({ type: 'continue' })), { state: 'working' });
  await moreSteps();
  assert.deepEqual(await after(() => client.say({ type: 'pause' })), { state: 'paused' });
  plug('mains');
  assert.deepEqual(await after(() => client.say({ type: 'continue' })), { state: 'working' });
  assert.equal((await after(() => client.say({ type: 'stop' }))).state, 'stopping');
  assert.equal((await session.ended).code, 130, outputOf(session));
});
