/**
 * A compute process on a node of a cluster, as its engine has one on its own machine. The files that a policy is loaded from are brought to the
 * node, and those that it saves are taken back, so that for the engine both are where it said.
 */
import { readdirSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { ChildExit, ChildHandle } from '../process/startChild.ts';
import type { NodeNeeds } from '../protocol/cluster.ts';
import type { ComputeFrame, ComputeRequest, LoadRequest } from '../protocol/compute.ts';
import { ComputeLostError, UserError } from '../protocol/errors.ts';
import { COMPUTE_COMMAND } from './environment.ts';
import type { OfCompute, RayDriver } from './rayDriver.ts';

interface NumberedRequest {
  readonly id: number;
  readonly request: ComputeRequest;
}

/** What a model, an adapter or a saved policy is read from; a folder may have gigabytes of other formats beside it. */
const READ_FILES = /\.(?:json|safetensors|txt|model|jinja)$/;

export class RemoteCompute implements ChildHandle {
  /** A process of another machine has none here. */
  readonly pid = undefined;
  readonly #driver: RayDriver;
  readonly #compute: number;
  readonly #started = Promise.withResolvers<string>();
  readonly #exitListeners: ((exit: ChildExit) => void)[] = [];
  /** Folders of this machine that a save is to end up in, by the number of its request. */
  readonly #saves = new Map<number, string>();
  #listener: (message: unknown) => void = () => {};
  #sent: Promise<void> = Promise.resolve();
  #heard: Promise<void> = Promise.resolve();
  #folder = '';
  /** On the cluster; what it said before is told before its exit is. */
  #hasEnded = false;
  #exit: ChildExit | null = null;

  constructor(driver: RayDriver, needs: NodeNeeds) {
    this.#driver = driver;
    this.#started.promise.catch(() => {});
    this.#compute = driver.start(COMPUTE_COMMAND, needs, (message, bytes) => this.#hear(message, bytes));
  }

  /** Resolves with the name of the node when the cluster has given it room. Rejects with UserError where it ended before, ComputeLostError among them. */
  get started(): Promise<string> {
    return this.#started.promise;
  }

  send(message: unknown): void {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- `ComputeClient` sends nothing else
    const { id, request } = message as NumberedRequest;
    this.#sent = this.#sent.then(() => this.#forward(id, request));
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listener = listener;
  }

  onExit(listener: (exit: ChildExit) => void): void {
    const exit = this.#exit;
    if (exit === null) this.#exitListeners.push(listener);
    else queueMicrotask(() => listener(exit));
  }

  kill(): void {
    if (this.#exit !== null) return;
    this.#driver.end(this.#compute);
    this.#finish({ code: null, signal: null, killed: true, output: '', lost: 'It was stopped.' });
  }

  async #forward(id: number, request: ComputeRequest): Promise<void> {
    try {
      this.#tell(id, await this.#onNode(id, request));
    } catch (error) {
      this.#fail(id, error);
    }
  }

  /** Says that a request failed on its way; of a process that has ended, its end is said of all requests. */
  #fail(id: number, error: unknown): void {
    if (this.#hasEnded) return;
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    this.#listener({ id, error: { name, message, stack } } satisfies ComputeFrame);
  }

  #tell(id: number, request: ComputeRequest): void {
    if (this.#exit === null) this.#driver.tell(this.#compute, serialize({ id, request }));
  }

  /** The request with the paths that its files have on the node. */
  async #onNode(id: number, request: ComputeRequest): Promise<ComputeRequest> {
    if (request.kind === 'load') return this.#loadOnNode(request);
    if (request.kind !== 'save') return request;
    this.#saves.set(id, request.folder);
    return { ...request, folder: `${this.#folder}/${id}` };
  }

  async #loadOnNode({ model, lora, state, ...others }: LoadRequest): Promise<LoadRequest> {
    return {
      ...others,
      model: await this.#bring(model),
      baseModel: model,
      lora: lora?.from === undefined ? lora : { ...lora, from: await this.#bring(lora.from) },
      state: state === null ? null : await this.#bring(state),
    };
  }

  #bring(folder: string): Promise<string> {
    // Links are followed: a hub cache is made of them.
    const files = readdirSync(folder).filter((file) => READ_FILES.test(file) && statSync(join(folder, file)).isFile());
    return this.#driver.bring(this.#compute, folder, files.sort());
  }

  #hear(message: OfCompute, bytes: Uint8Array): void {
    switch (message.type) {
      case 'started':
        this.#folder = message.folder;
        this.#started.resolve(message.node);
        return;
      case 'said':
        // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the other side is our own code, of the same build
        this.#pass(deserialize(bytes) as ComputeFrame);
        return;
      case 'ended': {
        this.#hasEnded = true;
        const { lost, code, output } = message;
        const finish = (): void => this.#finish({ ...endOf(code), killed: false, output, lost });
        // What it said before it ended comes first; but nothing is taken any more from a node that is gone.
        if (lost === null) this.#heard = this.#heard.then(finish);
        else finish();
        return;
      }
    }
  }

  /** In order: the reply to a save is told when what was saved is here. */
  #pass(frame: ComputeFrame): void {
    this.#heard = this.#heard.then(async () => {
      const folder = this.#saves.get(frame.id);
      if (folder === undefined || !('reply' in frame)) {
        this.#listener(frame);
        return;
      }
      this.#saves.delete(frame.id);
      try {
        await this.#driver.take(this.#compute, `${this.#folder}/${frame.id}`, folder);
        this.#listener(frame);
      } catch (error) {
        this.#fail(frame.id, error);
      }
    });
  }

  #finish(exit: ChildExit): void {
    if (this.#exit !== null) return;
    this.#exit = exit;
    const unstarted = `No compute process was started on the cluster: ${exit.lost ?? exit.output}`;
    this.#started.reject(exit.lost === null ? new UserError(unstarted) : new ComputeLostError(unstarted));
    for (const listener of this.#exitListeners) listener(exit);
  }
}

/** @param code as Python has it: negative where a signal ended the process */
function endOf(code: number | null): Pick<ChildExit, 'code' | 'signal'> {
  if (code === null || code >= 0) return { code, signal: null };
  const [signal = null] = SIGNALS.filter((name) => constants.signals[name] === -code);
  return { code: signal === null ? code : null, signal };
}

/** What ends a process that nobody told to end: memory, a fault of native code, a person. */
const SIGNALS = ['SIGKILL', 'SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGTERM'] as const;
