/** Promises: an editor changes the rewards of a run while it trains, or is told in a sentence why not, and the run goes on. */
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RunReader } from '../../src/engine/run/reader.ts';
import { HANG_LIMIT, makeProject, runsDir, writeExperiment, type Project } from '../support/trainingProject.ts';
import { Client, type Heard } from './client.ts';
import { installedCopy, outputOf, startSession, type EngineSession, type SessionOptions } from './engineSession.ts';

/** Trains for longer than any test. */
function trainLong(project: Project, options: SessionOptions = {}): EngineSession {
  const experimentPath = writeExperiment(project, {
    threads: 1,
    training: { steps: 100_000 },
    evaluation: { every: 0 },
    checkpoint: { every: 100_000 },
  });
  return startSession({ kind: 'train', experimentPath, overrides: [], runsDir: runsDir(project) }, options);
}

async function runDirOf(client: Client): Promise<string> {
  const { message } = await client.untilEvent(({ event }) => event === 'started');
  assert.ok(message.type === 'event' && message.event.event === 'started');
  return message.event.runDir;
}

function failure({ message }: Heard): string {
  assert.ok(message.type === 'failure', JSON.stringify(message));
  return message.message;
}

function edit({ folder }: Project): void {
  const file = join(folder, 'rewards.ts');
  writeFileSync(file, readFileSync(file, 'utf8').replace("completion === '' ? 0 :", "completion === '' ? 1 : 1 -"));
}

async function stop(client: Client, session: EngineSession): Promise<void> {
  client.say({ type: 'stop' });
  assert.equal((await session.ended).code, 130, outputOf(session));
}

test('an edited reward is used from the next step, and every editor hears of it', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const session = trainLong(project);
  const client = await Client.welcome(session);
  const other = await Client.welcome(session);
  const runDir = await runDirOf(client);
  await client.untilEvent(({ event }) => event === 'step');

  const file = join(project.folder, 'rewards.ts');
  const original = readFileSync(file, 'utf8');
  appendFileSync(file, 'export const broken = ;\n');
  assert.match(failure(await client.ask({ kind: 'swapRewards' })), /rewards\.ts:\d+:23: /);
  writeFileSync(file, original);
  assert.match(failure(await client.ask({ kind: 'swapRewards' })), /scores with already/);

  edit(project);
  const { message } = await client.ask({ kind: 'swapRewards' });
  assert.ok(message.type === 'reply' && message.reply.kind === 'swapRewards', JSON.stringify(message));
  const { fromStep, rewards } = message.reply;
  assert.deepEqual(rewards, ['digits']);
  const heard = await other.untilEvent(({ event }) => event === 'rewards');
  assert.deepEqual(heard.message, { type: 'event', event: { event: 'rewards', step: fromStep, rewards } });
  await client.untilEvent((event) => event.event === 'step' && event.step > fromStep);
  await stop(client, session);

  const reader = RunReader.open(runDir);
  try {
    const digits = (step: number): number => {
      const scored = reader.completionsOfStep(step).map(({ text, rewards: { digits: result } }) => {
        const share = text === '' ? 0 : text.replaceAll(/\D/g, '').length / text.length;
        return result && 'value' in result && result.value !== null ? result.value - share : NaN;
      });
      return Math.max(...scored.map(Math.abs));
    };
    assert.equal(digits(fromStep - 1), 0);
    assert.notEqual(digits(fromStep), 0);
    assert.deepEqual(
      reader.rewardVersions().map(({ fromStep: from, reward }) => [from, reward]),
      [[fromStep, 'digits']],
    );
  } finally {
    reader.close();
  }
});

test('an engine that waits for its steps, or has none, says so', HANG_LIMIT, async () => {
  const session = startSession({ kind: 'serve' });
  const client = await Client.welcome(session);
  assert.match(failure(await client.ask({ kind: 'swapRewards' })), /has no run/);
  const project = await makeProject('gpt2');
  const training = trainLong(project);
  const early = await Client.welcome(training);
  assert.match(failure(await early.ask({ kind: 'swapRewards' })), /has not come to its steps yet/);
  await stop(early, training);
});

test('where the extension was updated meanwhile, it says what to do, and the run goes on', HANG_LIMIT, async () => {
  const installed = installedCopy();
  const project = await makeProject('gpt2');
  const session = trainLong(project, { door: join(installed, 'main.js') });
  const client = await Client.welcome(session);
  await client.untilEvent(({ event }) => event === 'step');
  rmSync(installed, { recursive: true });
  edit(project);
  const said = failure(await client.ask({ kind: 'swapRewards' }));
  assert.match(said, /^RLVR-Ops was updated since .* Stop the run and resume it/);
  const last = client.events.filter(({ event }) => event === 'step').length;
  await client.until(() => client.events.filter(({ event }) => event === 'step').length > last);
  await stop(client, session);
});
