/** What the host makes of what an engine, or something in its place, says on the link. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { encodeFrame, FrameDecoder, type FrameArray } from '../../src/engine/protocol/frames.ts';
import { LINK_VERSION, toEngineSchema, type FromEngine, type ToEngine } from '../../src/engine/protocol/link.ts';
import { EngineLink, type LinkClosed } from '../../src/extension/engine/engineLink.ts';
import { until } from '../support/processes.ts';
import { HANG_LIMIT } from '../support/trainingProject.ts';
import { storedQuestion } from '../support/scoreQuestions.ts';

const SECRET = 'a secret of at least thirty-two characters';
const WELCOME: FromEngine = {
  type: 'welcome',
  version: LINK_VERSION,
  engineVersion: '0.1.0',
  status: { state: 'working' },
  runDir: null,
};

/** Something that listens in the place of an engine, and a link to it. */
interface Pair {
  readonly link: EngineLink;
  /** What was told, in order: the name of the call and its argument. */
  readonly told: [string, unknown][];
  /** What the link has said, parsed. */
  readonly said: ToEngine[];
  readonly closed: Promise<LinkClosed>;
  say(message: unknown, arrays?: readonly FrameArray[]): void;
  write(bytes: Uint8Array): void;
  hangUp(): void;
}

async function listen(t: TestContext): Promise<{ readonly server: Server; readonly address: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'rlvr-link-'));
  const address = process.platform === 'win32' ? `\\\\.\\pipe\\${folder.slice(-16)}` : join(folder, 'socket');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(address, resolve));
  t.after(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { server, address };
}

async function connect(t: TestContext): Promise<Pair> {
  const { server, address } = await listen(t);
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const told: Pair['told'] = [];
  const said: ToEngine[] = [];
  let close: (closed: LinkClosed) => void = () => {};
  const closed = new Promise<LinkClosed>((resolve) => (close = resolve));
  const link = new EngineLink(
    { address, secret: SECRET, lease: { whenAlone: 'finish', minutes: 1 }, version: LINK_VERSION },
    {
      onReached: () => told.push(['reached', null]),
      onWelcome: (welcome) => told.push(['welcome', welcome]),
      onStatus: (status) => told.push(['status', status]),
      onEvent: (event) => told.push(['event', event]),
      onClosed: (end) => {
        told.push(['closed', end]);
        close(end);
      },
    },
  );
  t.after(() => link.dispose());
  const socket = await accepted;
  socket.on('error', () => {});
  const decoder = new FrameDecoder({
    onFrame: ({ message }) => said.push(toEngineSchema.parse(message)),
    onFailure: (reason) => assert.fail(reason),
  });
  socket.on('data', (chunk) => decoder.push(chunk));
  await until(() => said.length > 0);
  return {
    link,
    told,
    said,
    closed,
    say: (message, arrays) => void socket.write(encodeFrame(message, arrays)),
    write: (bytes) => void socket.write(bytes),
    hangUp: () => void socket.end(),
  };
}

/** Resolves when everything said so far has been taken in: a marker behind it has been told. */
async function settled(pair: Pair): Promise<void> {
  const { told } = pair;
  const marker = `marker ${told.length}`;
  pair.say({ type: 'event', event: { event: 'warning', message: marker } });
  await until(() => JSON.stringify(told.at(-1)).includes(marker));
  told.pop();
}

test('a link says hello, is welcomed, and tells what it hears', async (t) => {
  const pair = await connect(t);
  assert.deepEqual(pair.said, [
    { type: 'hello', version: LINK_VERSION, secret: SECRET, lease: { whenAlone: 'finish', minutes: 1 } },
  ]);
  // Nothing is said to what has not welcomed us, and nothing is asked of it.
  pair.link.send({ type: 'stop' });
  await assert.rejects(pair.link.request({ kind: 'check' }), UserError);
  pair.say({ type: 'status', status: { state: 'paused' } });
  pair.say(WELCOME);
  pair.say({ ...WELCOME, runDir: '/another' });
  pair.say({ type: 'refused', message: 'late' });
  pair.say({ type: 'status', status: { state: 'queued', place: 2 } });
  await settled(pair);
  assert.deepEqual(pair.told, [
    ['reached', null],
    ['welcome', WELCOME],
    ['status', { state: 'queued' }],
  ]);
  assert.equal(pair.said.length, 1);
});

test('an answer goes to its question, with its arrays; the end of the link answers the rest', async (t) => {
  const pair = await connect(t);
  pair.say(WELCOME);
  await until(() => pair.link.welcomed);
  const [check, score, lost] = [
    pair.link.request({ kind: 'check' }),
    pair.link.request({ kind: 'score', ...storedQuestion('/run', []) }),
    pair.link.request({ kind: 'check' }),
  ];
  const failure = assert.rejects(check, { name: 'UserError', message: 'not today' });
  await until(() => pair.said.length === 4);
  const [first, second] = pair.said.flatMap((message) => (message.type === 'request' ? [message.id] : []));
  const reply = { kind: 'score', rewards: ['a'], samples: [2], errors: [], trace: null };
  pair.say({ type: 'reply', id: 99, reply });
  pair.say({ type: 'reply', id: second, reply: { kind: 'score' } });
  pair.say({ type: 'reply', id: second, reply }, [Float64Array.of(1, NaN), Float64Array.of(0.5, 2)]);
  pair.say({ type: 'failure', id: first, message: 'not today' });
  assert.deepEqual(await score, { reply, arrays: [Float64Array.of(1, NaN), Float64Array.of(0.5, 2)] });
  await failure;
  const ended = assert.rejects(lost, UserError);
  pair.write(Buffer.alloc(64, 0xff));
  await Promise.all([ended, pair.closed]);
});

const refusals: readonly (readonly [why: string, answer: Uint8Array, reason: RegExp])[] = [
  ['a refusal', encodeFrame({ type: 'refused', message: 'another version' }), /another version/],
  ['a welcome of another version', encodeFrame({ ...WELCOME, version: LINK_VERSION + 1 }), /speaks version/],
  ['another protocol', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), /frame/],
  ['a welcome that is too long', encodeFrame({ ...WELCOME, runDir: 'x'.repeat(70_000) }), /frame/],
];
for (const [why, answer, reason] of refusals) {
  test(`${why} ends the link before it began`, async (t) => {
    const pair = await connect(t);
    pair.write(Buffer.concat([answer, encodeFrame(WELCOME)]));
    const closed = await pair.closed;
    assert.deepEqual({ ...closed, reason: '' }, { reached: true, welcomed: false, reason: '' });
    assert.match(closed.reason, reason);
    assert.deepEqual(
      pair.told.map(([call]) => call),
      ['reached', 'closed'],
    );
  });
}

test('an address at which nobody listens is told as such', async () => {
  const closed = await new Promise<LinkClosed>((resolve) => {
    const ignore = (): void => {};
    const target = { address: join(tmpdir(), 'rlvr-no-such-socket'), secret: SECRET };
    new EngineLink(
      { ...target, lease: { whenAlone: 'finish', minutes: 1 }, version: LINK_VERSION },
      { onReached: ignore, onWelcome: ignore, onStatus: ignore, onEvent: ignore, onClosed: resolve },
    );
  });
  assert.equal(closed.reached, false);
});

/** Messages that are nearly right: a good one with some of its values replaced by anything. */
const nearly = fc
  .tuple(
    fc.constantFrom<object>(
      WELCOME,
      { type: 'refused', message: 'no' },
      { type: 'status', status: { state: 'ended', outcome: 'failed', message: 'x' } },
      { type: 'event', event: { event: 'step', step: 3, metrics: { reward: 0.5 } } },
      { type: 'event', event: { event: 'phase', step: 3, phase: 'train', done: 1, total: 2 } },
      { type: 'event', event: { event: 'started', runDir: '/r', id: 'i', steps: 4, resumedFrom: 2 } },
      { type: 'reply', id: 1, reply: { kind: 'check', checks: [] } },
      {
        type: 'reply',
        id: 1,
        reply: { kind: 'score', rewards: ['a'], samples: [1], errors: [['a', 0, 'threw', 'e']], trace: null },
      },
      { type: 'failure', id: 1, message: 'no' },
    ),
    fc.nat(),
    fc.jsonValue(),
  )
  .map(([message, place, value]) => {
    // Beyond the last value there is nothing to replace: some stay right.
    let left = place % ((JSON.stringify(message).match(/:/g)?.length ?? 0) + 3);
    const changed: unknown = JSON.parse(JSON.stringify(message), (_, old: unknown) => (left-- === 0 ? value : old));
    return changed;
  });

test('10,000 messages of any kind change nothing that they may not, and the link goes on', HANG_LIMIT, async (t) => {
  const pair = await connect(t);
  const messages = fc.sample(fc.oneof(nearly, fc.jsonValue()), { numRuns: 10_000, seed: 7 });
  // Before the welcome nothing is let in; a refusal, or a welcome, would be an answer.
  const answers = new Set(['welcome', 'refused']);
  for (const message of messages.slice(0, 2000)) {
    const type: unknown = typeof message === 'object' && message !== null && 'type' in message ? message.type : null;
    if (typeof type !== 'string' || !answers.has(type)) pair.say(message);
  }
  pair.say(WELCOME);
  await until(() => pair.link.welcomed);
  assert.deepEqual(
    pair.told.map(([call]) => call),
    ['reached', 'welcome'],
  );
  const question = pair.link.request({ kind: 'check' });
  await until(() => pair.said.length === 2);
  const asked = pair.said.find((message) => message.type === 'request')?.id;
  // None of them is an answer to it.
  for (const message of messages) {
    const answers = JSON.stringify(message).includes(`"id":${asked}`);
    if (!answers) pair.say(message);
  }
  pair.say({ type: 'reply', id: asked, reply: { kind: 'check', checks: [] } });
  assert.deepEqual(await question, { reply: { kind: 'check', checks: [] }, arrays: [] });
  for (const [call, value] of pair.told.slice(2)) {
    assert.ok(call === 'status' || call === 'event', call);
    assert.ok(typeof value === 'object' && value !== null && ('state' in value || 'event' in value));
  }
  assert.ok(pair.told.length > 100, 'some of them are right');
});

test('bytes of any kind do no more than end the link, once', HANG_LIMIT, async (t) => {
  const frames = [WELCOME, { type: 'status', status: { state: 'paused' } }].map((message) => encodeFrame(message));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.uint8Array({ maxLength: 64 }), fc.constantFrom(...frames))),
      async (pieces) => {
        const pair = await connect(t);
        for (const piece of pieces) pair.write(piece);
        pair.hangUp();
        await pair.closed;
        assert.equal(pair.told.filter(([call]) => call === 'closed').length, 1);
      },
    ),
    { numRuns: 50, seed: 7 },
  );
});
