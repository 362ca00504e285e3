/**
 * An engine as the previous version of the protocol had it: a program with the folder of its session as the one argument, which says that
 * it trains. What it knows is written out here, and not taken from the messages of today.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { encodeFrame, FrameDecoder } from '../../src/engine/protocol/frames.ts';

const VERSION = 1;
const STEP_MS = 20;

const [, , dir = ''] = process.argv;
const launch = z
  .object({ id: z.string(), secret: z.string() })
  .parse(JSON.parse(readFileSync(join(dir, 'launch.json'), 'utf8')));
const runDir = join(dir, 'run');
const address = process.platform === 'win32' ? `\\\\.\\pipe\\${launch.id}` : join(dir, 'socket');

const lease = z.strictObject({ whenAlone: z.enum(['finish', 'keepFor', 'stop']), minutes: z.number().positive() });
const hello = z.strictObject({ type: z.literal('hello'), version: z.literal(VERSION), secret: z.string(), lease });
const order = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('lease'), lease }),
  z.strictObject({ type: z.literal('stop') }),
  z.strictObject({ type: z.literal('pause') }),
  z.strictObject({ type: z.literal('continue') }),
]);

const welcomed = new Set<Socket>();
let status: object = { state: 'working' };
let step = 0;

const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.on('close', () => welcomed.delete(socket));
  const decoder = new FrameDecoder({
    onFrame: ({ message }) => {
      if (welcomed.has(socket)) obey(message);
      else greet(socket, message);
    },
    onFailure: () => socket.destroy(),
  });
  socket.on('data', (chunk) => decoder.push(chunk));
});

function greet(socket: Socket, message: unknown): void {
  if (hello.safeParse(message).data?.secret !== launch.secret) {
    socket.end(encodeFrame({ type: 'refused', message: 'This engine speaks version 1 of the protocol.' }));
    return;
  }
  welcomed.add(socket);
  socket.write(encodeFrame({ type: 'welcome', version: VERSION, engineVersion: '0.0.9', status, runDir }));
}

function obey(message: unknown): void {
  const known = order.safeParse(message).data;
  if (known?.type === 'pause') say({ state: 'paused' });
  if (known?.type === 'continue') say({ state: 'working' });
  if (known?.type !== 'stop') return;
  say({ state: 'stopping' });
  leave('end.json', { outcome: 'stopped', message: null, runDir });
  say({ state: 'ended', outcome: 'stopped', message: null });
  for (const socket of welcomed) socket.end();
  server.close(() => process.exit(130));
}

function say(next: object): void {
  status = next;
  tell({ type: 'status', status });
}

function tell(message: object): void {
  for (const socket of welcomed) socket.write(encodeFrame(message));
}

function leave(name: string, value: object): void {
  writeFileSync(join(dir, `${name}.tmp`), JSON.stringify(value));
  renameSync(join(dir, `${name}.tmp`), join(dir, name));
}

server.listen(address, () => {
  const startedAt = '2026-01-01T00:00:00.000Z';
  leave('endpoint.json', { linkVersion: VERSION, engineVersion: '0.0.9', pid: process.pid, address, startedAt });
  setInterval(() => tell({ type: 'event', event: { event: 'step', step: ++step, metrics: { reward: 0.5 } } }), STEP_MS);
});
