/** The engine's side of its driver of a Ray cluster: starts it, and tells apart what it says of each compute process. */
import { startRayDriver, type ChildHandle } from '../process/startChild.ts';
import {
  fromDriverSchema,
  MAX_CLUSTER_FRAME_BYTES,
  type FromDriver,
  type NodeNeeds,
  type ToDriver,
} from '../protocol/cluster.ts';
import { UserError } from '../protocol/errors.ts';
import { encodeFrame, FrameDecoder } from '../protocol/frames.ts';

/** What is said of one compute process, and the bytes that it said. */
export type OfCompute = Extract<FromDriver, { type: 'started' | 'said' | 'ended' }>;
export type Hear = (message: OfCompute, bytes: Uint8Array) => void;

interface Asked {
  readonly compute: number;
  readonly resolve: (folder: string) => void;
  readonly reject: (reason: unknown) => void;
}

type Connected = Extract<FromDriver, { type: 'connected' }>;

export class RayDriver {
  readonly #child: ChildHandle;
  readonly #listeners = new Map<number, Hear>();
  readonly #asked = new Map<number, Asked>();
  readonly #connected = Promise.withResolvers<Connected>();
  #nextCompute = 1;
  #nextAsk = 1;
  readonly #onEnd: () => void;
  #endReason: string | null = null;

  /**
   * @param python path of an interpreter that has Ray
   * @param onEnd called when the driver is of no use any more, before anybody is told of a loss
   */
  constructor(python: string, onEnd: () => void) {
    this.#onEnd = onEnd;
    this.#child = startRayDriver(python);
    this.#connected.promise.catch(() => {});
    const decoder = new FrameDecoder(
      {
        onFrame: ({ message, arrays: [bytes] }) => {
          const parsed = fromDriverSchema.safeParse(message);
          if (!parsed.success) this.#fail('it says what the engine does not know');
          else this.#receive(parsed.data, bytes instanceof Uint8Array ? bytes : new Uint8Array());
        },
        onFailure: (reason) => this.#fail(reason),
      },
      MAX_CLUSTER_FRAME_BYTES,
    );
    this.#child.onMessage((chunk) => {
      if (chunk instanceof Uint8Array) decoder.push(chunk);
    });
    this.#child.onExit(({ output }) => this.#end(`The driver of the Ray cluster ended.${output ? `\n${output}` : ''}`));
  }

  /** Joins a cluster, and has its nodes get copies of a folder. Rejects with UserError where that does not work. */
  connect(address: string, environment: string): Promise<Connected> {
    this.#send({ type: 'connect', address, environment });
    return this.#connected.promise;
  }

  /** @returns by what the process is named from now on; `hear` is told of it from its start to its end */
  start(command: readonly string[], needs: NodeNeeds, hear: Hear): number {
    const compute = this.#nextCompute++;
    this.#listeners.set(compute, hear);
    if (this.#endReason === null) this.#send({ type: 'start', compute, command, ...needs });
    else queueMicrotask(() => hear(lost(compute, this.#endReason ?? ''), new Uint8Array()));
    return compute;
  }

  tell(compute: number, bytes: Uint8Array): void {
    this.#send({ type: 'tell', compute }, bytes);
  }

  /** Nothing more is heard of it. */
  end(compute: number): void {
    this.#forget(compute, 'It was ended.');
    this.#send({ type: 'end', compute });
  }

  /** Resolves with the folder on the node that has the files. */
  bring(compute: number, folder: string, files: readonly string[]): Promise<string> {
    return this.#ask(compute, (ask) => ({ type: 'bring', ask, compute, folder, files }));
  }

  /** Moves a folder of the node to `folder`, which must not exist. */
  take(compute: number, from: string, folder: string): Promise<string> {
    return this.#ask(compute, (ask) => ({ type: 'take', ask, compute, from, folder }));
  }

  /** Leaves the cluster, which frees all that it took of it. */
  close(): void {
    // It ends with its input.
    this.#child.send(null);
  }

  /** Leaves the cluster in whatever state it is. */
  kill(): void {
    this.#child.kill();
  }

  /** Resolves when the process has gone. */
  get ended(): Promise<void> {
    return new Promise((resolve) => this.#child.onExit(() => resolve()));
  }

  #ask(compute: number, message: (ask: number) => ToDriver): Promise<string> {
    const ended = this.#endReason ?? (this.#listeners.has(compute) ? null : 'It has ended.');
    if (ended !== null) return Promise.reject(new Error(ended));
    const ask = this.#nextAsk++;
    return new Promise((resolve, reject) => {
      this.#asked.set(ask, { compute, resolve, reject });
      this.#send(message(ask));
    });
  }

  #send(message: ToDriver, bytes?: Uint8Array): void {
    this.#child.send(encodeFrame(message, bytes === undefined ? [] : [bytes], MAX_CLUSTER_FRAME_BYTES));
  }

  #receive(message: FromDriver, bytes: Uint8Array): void {
    switch (message.type) {
      case 'connected':
        this.#connected.resolve(message);
        return;
      case 'refused':
        this.#connected.reject(new UserError(`The Ray cluster cannot be used: ${message.reason}`));
        return;
      case 'started':
      case 'said':
        this.#listeners.get(message.compute)?.(message, bytes);
        return;
      case 'ended': {
        const hear = this.#listeners.get(message.compute);
        // Its actor answers nothing any more.
        this.#forget(message.compute, 'It has ended.');
        hear?.(message, bytes);
        return;
      }
      case 'answered': {
        const asked = this.#asked.get(message.ask);
        this.#asked.delete(message.ask);
        if (message.failure === null) asked?.resolve(message.folder);
        else asked?.reject(new Error(message.failure));
        return;
      }
    }
  }

  #fail(reason: string): void {
    this.#end(`What the driver of the Ray cluster says cannot be read: ${reason}.`);
    this.#child.kill();
  }

  #end(reason: string): void {
    if (this.#endReason !== null) return;
    this.#endReason = reason;
    this.#onEnd();
    this.#connected.reject(new UserError(reason));
    for (const [compute, hear] of [...this.#listeners]) {
      this.#forget(compute, reason);
      hear(lost(compute, reason), new Uint8Array());
    }
  }

  /** Nothing is heard of a compute process any more, and what is asked of it is not answered. */
  #forget(compute: number, reason: string): void {
    this.#listeners.delete(compute);
    for (const [ask, asked] of this.#asked) {
      if (asked.compute !== compute) continue;
      this.#asked.delete(ask);
      asked.reject(new Error(reason));
    }
  }
}

function lost(compute: number, reason: string): OfCompute {
  return { type: 'ended', compute, lost: reason, code: null, output: '' };
}
