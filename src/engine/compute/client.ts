/** The engine's side of the compute child: starts it, numbers requests, and turns its end into an error for whoever waits. */
import { MEMORY_LIMIT_LINE } from '../process/watchdog.ts';
import { startChild, type ChildHandle } from '../process/startChild.ts';
import type { ComputeFrame, ComputeReplies, ComputeRequest, GeneratedGroup } from '../protocol/compute.ts';
import { MEMORY_VARIABLE } from '../protocol/computeLimits.ts';
import { NonFiniteError, UserError } from '../protocol/errors.ts';

/** The compute process ended while something was asked of it; the run can be resumed from its last complete step. */
export class ComputeEndedError extends UserError {
  override readonly name = 'ComputeEndedError';
}

export type Progress = (done: number, total: number) => void;

/**
 * Told of a request while it is under way, and of nothing after its end. The request rejects with what a listener throws; the process goes on
 * computing what nobody waits for any more, so it is then to be killed.
 */
export interface Listener {
  readonly onProgress?: Progress;
  /** For `generate`, with each group as soon as it is whole. */
  readonly onGroup?: (generated: GeneratedGroup) => void;
}

interface Waiting {
  readonly resolve: (reply: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly listener: Listener;
}

export class ComputeClient {
  readonly #child: ChildHandle;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #ended: ComputeEndedError | null = null;

  /** @param memoryLimit resident memory in bytes above which the process ends itself */
  constructor({ memoryLimit }: { readonly memoryLimit?: number } = {}) {
    this.#child = startChild('compute', memoryLimit === undefined ? {} : { rssBytes: memoryLimit });
    // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the other side is our own code, of the same build
    this.#child.onMessage((message) => this.#receive(message as ComputeFrame));
    this.#child.onExit(({ code, signal, output }) => {
      const how = signal ? `was ended by ${signal}` : `exited with ${code}`;
      const overLimit = memoryLimit !== undefined && output.includes(MEMORY_LIMIT_LINE);
      const hint = overLimit ? ` ${limitHint(memoryLimit)}` : signal === 'SIGKILL' ? ` ${MEMORY_HINT}` : '';
      this.#ended = new ComputeEndedError(`The compute process ${how}.${hint}${output ? `\n${output}` : ''}`);
      for (const { reject } of this.#waiting.values()) reject(this.#ended);
      this.#waiting.clear();
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks, and resolves with the reply of that kind. Rejects with UserError for what a user can mend, ComputeEndedError at its end. */
  request<Request extends ComputeRequest>(
    request: Request,
    listener: Listener = {},
  ): Promise<ComputeReplies[Request['kind']]> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const settle = (reply: unknown): void => {
        // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- serve.ts answers each kind with its reply
        resolve(reply as ComputeReplies[Request['kind']]);
      };
      this.#waiting.set(id, { resolve: settle, reject, listener });
      this.#child.send({ id, request });
    });
  }

  /** Ends the process at once, whatever it is doing: a run of ONNX Runtime cannot be interrupted otherwise. */
  kill(): void {
    this.#child.kill();
  }

  #receive(frame: ComputeFrame): void {
    const waiting = this.#waiting.get(frame.id);
    if (!waiting) return;
    if ('progress' in frame || 'generated' in frame) {
      try {
        if ('progress' in frame) waiting.listener.onProgress?.(frame.progress.done, frame.progress.total);
        else waiting.listener.onGroup?.(frame.generated);
      } catch (error) {
        this.#waiting.delete(frame.id);
        waiting.reject(error);
      }
      return;
    }
    this.#waiting.delete(frame.id);
    if ('reply' in frame) waiting.resolve(frame.reply);
    else waiting.reject(restoreError(frame.error));
  }
}

const LOWER = 'lower training.microBatch or rollout.maxRows, or set training.gradientCheckpointing';
/** What a SIGKILL that nobody sent means: the system's, where there is no memory any more. */
const MEMORY_HINT = `If nobody stopped it, memory ran out: ${LOWER}.`;

/** @param limit in bytes, for which the watchdog ended the process */
function limitHint(limit: number): string {
  return (
    `It took more than the memory limit of ${limit / 1e9} GB: raise the limit ("rlvr.engine.memoryLimit", ` +
    `in a terminal ${MEMORY_VARIABLE}) and resume the run from what it has saved. In a new one, ${LOWER}.`
  );
}

function restoreError({ name, message, stack, nonFinite }: Extract<ComputeFrame, { error: unknown }>['error']): Error {
  if (nonFinite !== undefined) return new NonFiniteError(message, nonFinite);
  if (name === 'UserError') return new UserError(message);
  const error = new Error(`The compute process failed: ${message}`);
  if (stack !== undefined) error.stack = stack;
  return error;
}
