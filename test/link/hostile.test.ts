/** Whoever connects, whatever it sends: it learns nothing, changes nothing, and the engine goes on. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { encodeFrame, MAX_GREETING_BYTES } from '../../src/engine/protocol/frames.ts';
import { LAUNCH_FILE, LINK_VERSION, OUTPUT_FILE, toEngineSchema } from '../../src/engine/protocol/link.ts';
import { HANG_LIMIT } from '../support/trainingProject.ts';
import { Client, HELLO } from './client.ts';
import {
  DOOR,
  endOf,
  outputOf,
  shortFolder,
  SHORT_WAITS_DOOR,
  startIn,
  startSession,
  writeSession,
  type EngineSession,
} from './engineSession.ts';
import { storedQuestion } from '../support/scoreQuestions.ts';

/** An engine that only listens; stopped when the test is over. */
function serving(t: TestContext, door = DOOR): EngineSession {
  const session = startSession({ kind: 'serve' }, { door });
  t.after(async () => {
    process.kill(session.pid, 'SIGTERM');
    await session.ended;
  });
  return session;
}

const beforeHello: readonly (readonly [why: string, bytes: Buffer])[] = [
  ['another secret', encodeFrame({ ...HELLO, secret: 'x'.repeat(40) })],
  ['no secret', encodeFrame({ type: 'hello', version: LINK_VERSION, lease: HELLO.lease })],
  ['the secret as something else than text', encodeFrame({ ...HELLO, secret: [HELLO.secret] })],
  ['another key beside', encodeFrame({ ...HELLO, constructor: {} })],
  ['an order before the hello', encodeFrame({ type: 'stop' })],
  ['null', encodeFrame(null)],
  ['another protocol', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
  ['a frame larger than a hello', encodeFrame({ ...HELLO, secret: 'x'.repeat(MAX_GREETING_BYTES) })],
  ['a frame that is announced to be huge', Buffer.alloc(8, 0xff)],
];

test('before a right hello', HANG_LIMIT, async (t) => {
  const session = serving(t);
  for (const [why, bytes] of beforeHello) {
    await t.test(`${why} ends the connection without a word`, async () => {
      const client = await Client.silent(session);
      client.socket.write(bytes);
      await client.closed;
      assert.deepEqual(client.messages, []);
    });
  }

  await t.test('another version with the right secret is told what to do', async () => {
    const client = await Client.silent(session);
    client.send({ ...HELLO, version: LINK_VERSION + 1, mood: 'good' });
    await client.closed;
    const [refused, ...more] = client.messages;
    assert.ok(refused?.type === 'refused');
    assert.match(refused.message, new RegExp(`end the process ${session.pid}, and then resume`));
    assert.deepEqual(more, []);
  });

  await t.test('a version that is none is told the same', async () => {
    const client = await Client.silent(session);
    client.send({ ...HELLO, version: LINK_VERSION - 0.5 });
    await client.closed;
    assert.equal(client.messages[0]?.type, 'refused');
  });

  await t.test('another version without the secret is told nothing', async () => {
    const client = await Client.silent(session);
    client.send({ ...HELLO, version: LINK_VERSION + 1, secret: 'x'.repeat(40) });
    await client.closed;
    assert.deepEqual(client.messages, []);
  });

  await t.test('an editor is welcome all the same', async () => {
    const client = await Client.welcome(session);
    client.socket.destroy();
    assert.equal(outputOf(session), '');
  });
});

test('who says nothing is dropped', HANG_LIMIT, async (t) => {
  const session = serving(t, SHORT_WAITS_DOOR);
  const [editor, mute] = [await Client.welcome(session), await Client.silent(session)];
  await mute.closed;
  assert.equal(editor.socket.destroyed, false);
  editor.socket.destroy();
});

const afterHello: readonly (readonly [why: string, message: unknown])[] = [
  ['null', null],
  ['a list', [1, 2]],
  ['an order nobody knows', { type: 'selfDestruct' }],
  ['an order with more than belongs to it', { type: 'stop', now: true }],
  ['a lease of no kind', { type: 'lease', lease: { whenAlone: 'never', minutes: 1 } }],
  ['a lease of no time', { type: 'lease', lease: { whenAlone: 'keepFor', minutes: 0 } }],
  ['a prototype', JSON.parse('{"__proto__":{"type":"stop"}}')],
  ['a second hello', HELLO],
  ['a request without a number', { type: 'request', request: { kind: 'check' } }],
];

test('after the hello, what is not understood is passed over', HANG_LIMIT, async (t) => {
  const session = serving(t);
  const client = await Client.welcome(session);
  for (const [, message] of afterHello) client.send(message);
  client.send({ type: 'request', id: 7, request: { kind: 'fly' } });
  const { message } = await client.until(({ type }) => type === 'failure');
  assert.deepEqual(message, {
    type: 'failure',
    id: 7,
    message: 'This engine is of another version and does not know that request.',
  });
  assert.deepEqual(
    client.messages.map(({ type }) => type),
    ['welcome', 'failure'],
    'no status has changed',
  );
  client.send({ type: 'stop' });
  await client.untilState('ended');
});

test('10,000 messages of anything are read without an exception', () => {
  const orders = ['hello', 'stop', 'pause', 'continue', 'lease', 'request'];
  const message = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(
      fc.constantFrom('type', 'version', 'secret', 'lease', 'id', 'request', 'kind', '__proto__'),
      fc.jsonValue(),
    ),
    fc.record({ type: fc.constantFrom(...orders), id: fc.jsonValue(), request: fc.jsonValue(), lease: fc.jsonValue() }),
  );
  fc.assert(
    fc.property(message, (value) => {
      toEngineSchema.safeParse(value);
    }),
    { numRuns: 10_000 },
  );
});

test('an editor that does not read does not hold up the engine', HANG_LIMIT, async (t) => {
  const session = serving(t);
  const [lazy, editor] = [await Client.welcome(session), await Client.welcome(session)];
  lazy.socket.pause();
  // Answers pile up until the engine gives up on it; that is seen only by writing to it.
  const request = encodeFrame({
    type: 'request',
    id: 1,
    request: { kind: 'score', ...storedQuestion('x'.repeat(500_000), []) },
  });
  const gone = new Promise<void>((resolve) => lazy.socket.once('close', () => resolve()));
  const pour = (): void => {
    while (!lazy.socket.destroyed && lazy.socket.write(request));
    if (!lazy.socket.destroyed) lazy.socket.once('drain', pour);
  };
  pour();
  await gone;
  const { message } = await editor.ask({ kind: 'score', ...storedQuestion('nowhere', []) });
  assert.match(message.type === 'failure' ? message.message : '', /nowhere is not a run folder/);
  editor.socket.destroy();
});

const posix = process.platform !== 'win32';
const wideOpen: readonly (readonly [why: string, folder: number, file: number])[] = [
  ['a folder that others can look into', 0o755, 0o600],
  ['a file that others can read', 0o700, 0o644],
];
for (const [why, folder, file] of wideOpen) {
  test(`${why} is no place for a secret`, { ...HANG_LIMIT, skip: !posix && 'Windows has no such bits' }, async () => {
    const dir = join(shortFolder(), 'session');
    writeSession(dir, { kind: 'serve' });
    chmodSync(dir, folder);
    chmodSync(join(dir, LAUNCH_FILE), file);
    const { ended } = startIn(dir, { door: DOOR, meeting: shortFolder() });
    assert.equal((await ended).code, 1);
    const end = endOf({ dir });
    assert.equal(end?.outcome, 'failed');
    assert.match(end.message ?? '', /can be opened by other users \(mode (755|644)\)/);
  });
}

test('a launch file that is none is a failure with a reason', HANG_LIMIT, async () => {
  const dir = join(shortFolder(), 'session');
  mkdirSync(dir, { mode: 0o700 });
  writeFileSync(join(dir, LAUNCH_FILE), '{"job":{"kind":"dance"}}', { mode: 0o600 });
  writeFileSync(join(dir, OUTPUT_FILE), '');
  const { ended } = startIn(dir, { door: DOOR, meeting: shortFolder() });
  assert.equal((await ended).code, 1);
  assert.match(endOf({ dir })?.message ?? '', /is not what an engine is started with/);
});
