/** Reads runs through the worker thread. */
import { Worker } from 'node:worker_threads';
import { UserError } from '../../engine/protocol/errors.ts';
import type { Disposable } from '../common/disposable.ts';
import type { MethodAnswer, MethodArguments, MethodCall, MethodName, MethodResult } from './methods.ts';

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class RunData implements Disposable {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #nextId = 1;

  /**
   * Asks the worker; starts it at the first question, and again where it has died.
   * Rejects with UserError where the run cannot be read, with the reason to show.
   */
  call<Name extends MethodName>(name: Name, args: MethodArguments<Name>): Promise<MethodResult<Name>> {
    const worker = (this.#worker ??= this.#start());
    const call: MethodCall = { id: this.#nextId++, name, args };
    return new Promise((resolve, reject) => {
      const settle = (result: unknown): void => {
        // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the worker is our own code, of the same build
        resolve(result as MethodResult<Name>);
      };
      this.#waiting.set(call.id, { resolve: settle, reject });
      worker.postMessage(call);
    });
  }

  /** The same in a thread of its own, for what takes seconds: meanwhile the panels go on. */
  static async once<Name extends MethodName>(name: Name, args: MethodArguments<Name>): Promise<MethodResult<Name>> {
    const data = new RunData();
    try {
      return await data.call(name, args);
    } finally {
      data.dispose();
    }
  }

  dispose(): void {
    void this.#worker?.terminate();
  }

  #start(): Worker {
    const inSource = import.meta.url.endsWith('/data/runData.ts');
    const worker = new Worker(new URL(inSource ? './worker.ts' : './dataWorker.js', import.meta.url));
    worker.unref();
    worker.on('message', (answer: MethodAnswer) => this.#receive(answer));
    let cause = 'it ended';
    worker.on('error', (error) => (cause = error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null;
      for (const { reject } of this.#waiting.values()) reject(new Error(`The thread that reads runs failed: ${cause}`));
      this.#waiting.clear();
    });
    return worker;
  }

  #receive(answer: MethodAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (!waiting) return;
    if ('result' in answer) waiting.resolve(answer.result);
    else waiting.reject(answer.error.forUser ? new UserError(answer.error.message) : new Error(answer.error.message));
  }
}
