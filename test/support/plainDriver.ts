/**
 * A driver without Ray, in place of `rlvr_ray.py`: a cluster with room for everything, whose nodes are this machine. It runs real compute
 * processes. What goes wrong there, the cluster's address names:
 *
 *     "fails at save"   a compute process ends when what it has saved is to be taken
 *     "never begins"    there is never room
 *     "raves"           what the driver says when something is to be started is no frame
 *     "never answers F" nobody can join it; file F is written when somebody tries
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAX_CLUSTER_FRAME_BYTES, type FromDriver, type ToDriver } from '../../src/engine/protocol/cluster.ts';
import { encodeFrame, FrameDecoder } from '../../src/engine/protocol/frames.ts';

const place = mkdtempSync(join(tmpdir(), 'rlvr-cluster-'));
const environment = join(place, 'environment');
const children = new Map<number, ChildProcess>();
let address = '';

process.on('exit', () => {
  for (const child of children.values()) child.kill('SIGKILL');
  rmSync(place, { recursive: true, force: true });
});

const folderOf = (compute: number): string => join(place, String(compute));

function say(message: FromDriver, bytes?: Uint8Array): void {
  process.stdout.write(encodeFrame(message, bytes === undefined ? [] : [bytes], MAX_CLUSTER_FRAME_BYTES));
}

function receive(message: ToDriver, bytes: Uint8Array): void {
  switch (message.type) {
    case 'connect':
      ({ address } = message);
      renameSync(message.environment, environment);
      if (address.startsWith('never answers ')) writeFileSync(address.slice('never answers '.length), '');
      else say({ type: 'connected', ray: '0.0.0', nodes: [{ cpus: 64, gpus: 0, memory: 2 ** 36 }] });
      return;
    case 'start':
      if (address === 'raves') process.stdout.write('Out of my mind.');
      else if (address !== 'never begins') start(message.compute, message.command);
      return;
    case 'tell':
      children.get(message.compute)?.stdin?.write(encodeFrame(null, [bytes], MAX_CLUSTER_FRAME_BYTES));
      return;
    case 'end':
      children.get(message.compute)?.kill('SIGKILL');
      return;
    case 'bring': {
      const folder = join(folderOf(message.compute), `brought-${message.ask}`);
      mkdirSync(folder);
      for (const file of message.files) cpSync(join(message.folder, file), join(folder, file), { dereference: true });
      say({ type: 'answered', ask: message.ask, folder, failure: null });
      return;
    }
    case 'take':
      if (address === 'fails at save') {
        children.get(message.compute)?.kill('SIGKILL');
        return;
      }
      cpSync(message.from, message.folder, { recursive: true });
      say({ type: 'answered', ask: message.ask, folder: message.folder, failure: null });
  }
}

function start(compute: number, [program = '', ...args]: readonly string[]): void {
  mkdirSync(folderOf(compute));
  const child = spawn(program, args, { cwd: environment, stdio: ['pipe', 'pipe', 'pipe'] });
  children.set(compute, child);
  let output = '';
  const decoder = new FrameDecoder(
    {
      onFrame: ({ arrays: [bytes] }) => say({ type: 'said', compute }, bytes instanceof Uint8Array ? bytes : undefined),
      onFailure: (reason) => {
        throw new Error(reason);
      },
    },
    MAX_CLUSTER_FRAME_BYTES,
  );
  child.stdin.on('error', () => {});
  child.stdout.on('data', (chunk: Buffer) => decoder.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.on('close', (code, signal) => {
    children.delete(compute);
    // As Python says it.
    const ended = signal === null ? code : -constants.signals[signal];
    say({ type: 'ended', compute, lost: null, code: ended, output });
  });
  say({ type: 'started', compute, node: hostname(), folder: folderOf(compute) });
}

const decoder = new FrameDecoder(
  {
    onFrame: ({ message, arrays: [bytes] }) => {
      // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- as the driver in Python, it believes its engine
      receive(message as ToDriver, bytes instanceof Uint8Array ? bytes : new Uint8Array());
    },
    onFailure: (reason) => {
      throw new Error(reason);
    },
  },
  MAX_CLUSTER_FRAME_BYTES,
);
process.stdin.on('data', (chunk: Buffer) => decoder.push(chunk));
process.stdin.on('end', () => process.exit(0));
