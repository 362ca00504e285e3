/** Node's inspector in a process that runs already: the extension host, measured from outside. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { cpuProfileSchema, SAMPLE_INTERVAL, type CpuProfile } from './cpuProfile.ts';

/** Where Node listens when SIGUSR1 tells it to. */
const INSPECTOR = 'http://127.0.0.1:9229/json/list';
const ATTACH_LIMIT_MS = 10_000;

const targetsSchema = z.array(z.object({ webSocketDebuggerUrl: z.string() }));
const messageSchema = z.object({
  id: z.number().optional(),
  result: z.unknown(),
  error: z.object({ message: z.string() }).optional(),
});

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class HostInspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#receive(String(data)));
  }

  static async attach(pid: number): Promise<HostInspector> {
    process.kill(pid, 'SIGUSR1');
    const socket = new WebSocket(await debuggerUrl());
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', () =>
        reject(new Error('The inspector of the extension host cannot be reached.')),
      );
    });
    const inspector = new HostInspector(socket);
    await inspector.#send('Profiler.enable');
    await inspector.#send('Profiler.setSamplingInterval', { interval: SAMPLE_INTERVAL });
    await inspector.#send('HeapProfiler.enable');
    return inspector;
  }

  async startProfile(): Promise<void> {
    await this.#send('Profiler.start');
  }

  async stopProfile(): Promise<CpuProfile> {
    const { profile } = z.object({ profile: cpuProfileSchema }).parse(await this.#send('Profiler.stop'));
    return profile;
  }

  /** Bytes in use after a full collection. */
  async heapUsed(): Promise<number> {
    await this.#send('HeapProfiler.collectGarbage');
    return z.object({ usedSize: z.number() }).parse(await this.#send('Runtime.getHeapUsage')).usedSize;
  }

  close(): void {
    this.#socket.close();
  }

  #send(method: string, params: object = {}): Promise<unknown> {
    const id = this.#nextId++;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #receive(text: string): void {
    const { id, result, error } = messageSchema.parse(JSON.parse(text));
    // Without an id it is an event, and none is of use here.
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || waiting === undefined) return;
    this.#waiting.delete(id);
    if (error) waiting.reject(new Error(error.message));
    else waiting.resolve(result);
  }
}

async function debuggerUrl(): Promise<string> {
  const deadline = performance.now() + ATTACH_LIMIT_MS;
  while (performance.now() < deadline) {
    const response = await fetch(INSPECTOR).catch(() => null);
    const [target] = response === null ? [] : targetsSchema.parse(await response.json());
    if (target) return target.webSocketDebuggerUrl;
    await delay(50);
  }
  throw new Error('The extension host does not open its inspector.');
}
