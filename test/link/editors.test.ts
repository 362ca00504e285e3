/** Editors come and go: several at once, none at all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LINK_VERSION, OLDEST_LINK_VERSION, type Lease } from '../../src/engine/protocol/link.ts';
import { HANG_LIMIT, makeProject, runsDir, writeExperiment, type Changes } from '../support/trainingProject.ts';
import { Client, HELLO } from './client.ts';
import { DOOR, endOf, outputOf, SHORT_WAITS_DOOR, startSession, type EngineSession } from './engineSession.ts';

/** Longer than any test lets it run. */
const endless: Changes = { threads: 1, training: { steps: 100_000 }, evaluation: { every: 0 } };

async function endlessRun(lease: Lease, door = SHORT_WAITS_DOOR, changes: Changes = {}): Promise<EngineSession> {
  const project = await makeProject('gpt2');
  const experimentPath = writeExperiment(project, { ...endless, ...changes });
  return startSession({ kind: 'train', experimentPath, overrides: [], runsDir: runsDir(project) }, { lease, door });
}

const finish: Lease = { whenAlone: 'finish', minutes: 1 };
const stop: Lease = { whenAlone: 'stop', minutes: 1 };
/** A fifth of a second. */
const keepForAMoment: Lease = { whenAlone: 'keepFor', minutes: 1 / 300 };

test('two editors hear the same, and each can stop', HANG_LIMIT, async () => {
  const session = await endlessRun(finish);
  const first = await Client.welcome(session);
  await first.untilEvent(({ event }) => event === 'step');
  const second = await Client.welcome(session);
  const [welcome] = second.messages;
  assert.ok(welcome?.type === 'welcome' && welcome.runDir !== null);
  const { message: newest } = await second.untilEvent(({ event }) => event === 'step');
  assert.ok(newest.type === 'event', 'who comes later is told where it stands');
  second.say({ type: 'stop' });
  await Promise.all([first.closed, second.closed]);
  for (const { messages } of [first, second]) {
    assert.deepEqual(messages.at(-1), {
      type: 'status',
      status: { state: 'ended', outcome: 'stopped', message: null },
    });
  }
  assert.equal((await session.ended).code, 130);
});

test(
  'a window of the version before is welcome in its own version: it follows and stops, and asks nothing',
  HANG_LIMIT,
  async () => {
    assert.equal(OLDEST_LINK_VERSION, LINK_VERSION - 1);
    const session = await endlessRun(finish);
    const client = await Client.welcome(session, { ...HELLO, version: OLDEST_LINK_VERSION });
    const [welcome] = client.messages;
    assert.ok(welcome?.type === 'welcome');
    assert.equal(welcome.version, OLDEST_LINK_VERSION);
    await client.untilEvent(({ event }) => event === 'step');
    const { message } = await client.ask({ kind: 'swapRewards' });
    assert.ok(message.type === 'failure');
    assert.match(message.message, /newer version of RLVR-Ops than this window.*Reload the window/);
    client.say({ type: 'pause' });
    await client.untilState('paused');
    client.say({ type: 'stop' });
    await client.closed;
    assert.equal((await session.ended).code, 130);
  },
);

for (const [words, lease] of [
  ['stop: soon after the last editor has gone', stop],
  ['keepFor: when its time is up', keepForAMoment],
] as const) {
  test(`lease, ${words}, the engine stops, resumable`, HANG_LIMIT, async () => {
    const session = await endlessRun(finish);
    // What the newest editor wants is what counts.
    const [one, other] = [await Client.welcome(session, { ...HELLO, lease: stop }), await Client.welcome(session)];
    other.say({ type: 'lease', lease });
    await other.untilEvent(({ event }) => event === 'step');
    one.socket.destroy();
    other.socket.destroy();
    assert.equal((await session.ended).code, 130, outputOf(session));
    assert.equal(endOf(session)?.outcome, 'stopped');
  });
}

test('lease: an engine that no editor ever found is let go', HANG_LIMIT, async () => {
  const session = await endlessRun(stop);
  assert.equal((await session.ended).code, 130, outputOf(session));
});

test('lease: a window that is reloaded finds its engine', HANG_LIMIT, async () => {
  const session = await endlessRun(stop, DOOR);
  for (let reload = 0; reload < 5; reload++) {
    const client = await Client.welcome(session, { ...HELLO, lease: stop });
    client.socket.destroy();
    await client.closed;
  }
  const client = await Client.welcome(session, { ...HELLO, lease: finish });
  client.say({ type: 'stop' });
  await session.ended;
});

test('an engine that serves ends when nobody is left to serve', HANG_LIMIT, async () => {
  const session = startSession({ kind: 'serve' }, { lease: finish, door: SHORT_WAITS_DOOR });
  const client = await Client.welcome(session);
  client.socket.destroy();
  assert.equal((await session.ended).code, 0, outputOf(session));
  assert.equal(endOf(session)?.outcome, 'finished');
});

const methods: readonly (readonly [method: string, changes: Changes])[] = [
  ['GRPO', {}],
  ['supervised', { method: 'sft', rewards: [] }],
];
for (const [method, changes] of methods)
  test(`${method}: a run that is paused waits between two steps until it is told to go on`, HANG_LIMIT, async () => {
    const session = await endlessRun(finish, DOOR, changes);
    const client = await Client.welcome(session);
    await client.untilEvent(({ event }) => event === 'step');
    client.say({ type: 'pause' });
    await client.untilState('paused');
    const later = await Client.welcome(session);
    const [welcome] = later.messages;
    assert.deepEqual(welcome?.type === 'welcome' && welcome.status, { state: 'paused' });
    const { length } = client.messages;
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.deepEqual(client.messages.slice(length), []);
    client.say({ type: 'continue' });
    await client.untilState('working');
    await later.untilEvent(({ event }) => event === 'phase');

    client.say({ type: 'pause' });
    await later.untilState('paused');
    client.say({ type: 'stop' });
    assert.equal((await session.ended).code, 130, 'a run that waits is stopped like any other');
  });
