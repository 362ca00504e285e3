/** A worker seen from outside: asked for its work round by round, its memory watched meanwhile. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { measurementSchema, type Measurement } from './measurement.ts';
import { treeBytes } from './processTree.ts';
import { Turns } from './turns.ts';

const POLL_MS = 200;

const frameSchema = z.union([
  z.object({ ready: z.literal(true), device: z.string().optional() }),
  z.object({ measurements: z.array(measurementSchema) }),
]);
type Frame = z.infer<typeof frameSchema>;

export interface WorkerCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** What a round came to. */
export interface Round {
  readonly measurements: readonly Measurement[];
  /** The most that the worker's processes held at once during the round; null where the system does not say it. */
  readonly peakBytes: number | null;
  /** What computed, as the worker said when it was ready; null where it did not. */
  readonly device: string | null;
}

export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #frames = new Turns<Frame>();
  #device: string | null = null;

  private constructor({ program, args, environment }: WorkerCommand) {
    this.#child = spawn(program, [...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...environment },
    });
    this.#child.on('error', (error) => this.#frames.fail(error));
    this.#child.on('exit', (code, signal) => {
      this.#frames.fail(new Error(`${program} ${args[0] ?? ''} ended (${signal ?? code ?? 'unknown'})`));
    });
    if (this.#child.stdout === null) throw new Error('a worker has an output');
    createInterface(this.#child.stdout).on('line', (line) => {
      // Libraries print what they like; a frame is a line of JSON.
      if (line.startsWith('{"')) this.#frames.give(frameSchema.parse(JSON.parse(line)));
    });
  }

  /** Starts a worker and waits until it is ready. Rejects where it ends before. */
  static async open(command: WorkerCommand): Promise<WorkerProcess> {
    const worker = new WorkerProcess(command);
    const ready = await worker.#frames.take();
    if ('ready' in ready) worker.#device = ready.device ?? null;
    return worker;
  }

  /** Has the work done once. */
  async round(): Promise<Round> {
    let peakBytes: number | null = null;
    const look = (): void => {
      const bytes = treeBytes(this.#child.pid ?? 0);
      if (bytes !== null) peakBytes = Math.max(peakBytes ?? 0, bytes);
    };
    const timer = setInterval(look, POLL_MS);
    try {
      this.#child.stdin?.write('go\n');
      const frame = await this.#frames.take();
      if (!('measurements' in frame)) throw new Error('a worker answers a round with its measurements');
      look();
      return { measurements: frame.measurements, peakBytes, device: this.#device };
    } finally {
      clearInterval(timer);
    }
  }

  /** Ends it, and waits until it is gone. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin?.end();
    await gone;
  }
}
