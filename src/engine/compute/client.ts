/** The engine's side of the compute child: starts it, numbers requests, and turns its end into an error for whoever waits. */
import { oomKills } from '../process/oomKiller.ts';
import { MEMORY_LIMIT_LINE } from '../process/watchdog.ts';
import { startChild, type ChildHandle } from '../process/startChild.ts';
import type { ComputeFrame, ComputeReplies, ComputeRequest } from '../protocol/compute.ts';
import { MEMORY_VARIABLE } from '../protocol/computeLimits.ts';
import { ComputeLostError, NonFiniteError, UserError } from '../protocol/errors.ts';
import type { Compute, Listener } from './compute.ts';
import { isOutOfMemory } from './outOfMemory.ts';

/** The compute process ended while something was asked of it; the run can be resumed from its last complete step. */
export class ComputeEndedError extends UserError {
  override readonly name: string = 'ComputeEndedError';
}

/** There was no memory for the rows of a training graph, whether the process lives or was ended for it. */
export class OutOfMemoryError extends ComputeEndedError {
  override readonly name = 'OutOfMemoryError';
  /** How many went through it at once, at most. */
  readonly rowsAtOnce: number;

  constructor(message: string, rowsAtOnce: number) {
    super(message);
    this.rowsAtOnce = rowsAtOnce;
  }
}

export interface ComputeOptions {
  /** Resident memory in bytes above which the process ends itself; without it there is no limit. */
  readonly memoryLimit?: number;
  /** Bounds the micro-batches of training, whatever a request says. */
  readonly microBatchAt?: (step: number) => number;
  /** The process, where it was started elsewhere. */
  readonly child?: ChildHandle;
}

interface Waiting {
  readonly resolve: (reply: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly listener: Listener;
  /** See `OutOfMemoryError`; null where no rows go through a training graph. */
  readonly rowsAtOnce: number | null;
}

export class ComputeClient implements Compute {
  readonly #child: ChildHandle;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #ended: ComputeEndedError | ComputeLostError | null = null;

  readonly #microBatchAt: (step: number) => number;

  constructor({ memoryLimit, microBatchAt = () => Infinity, child }: ComputeOptions = {}) {
    this.#microBatchAt = microBatchAt;
    this.#child = child ?? startChild('compute', memoryLimit === undefined ? {} : { rssBytes: memoryLimit });
    // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the other side is our own code, of the same build
    this.#child.onMessage((message) => this.#receive(message as ComputeFrame));
    const killsBefore = oomKills();
    this.#child.onExit(({ code, signal, output, lost }) => {
      const how = signal ? `was ended by ${signal}` : `exited with ${code}`;
      // What this system does is nothing to a process on another machine.
      const bySystem = signal === 'SIGKILL' && this.pid !== undefined && oomKills() > killsBefore;
      const byRuntime = signal === 'SIGABRT' && isOutOfMemory(output);
      const overLimit = memoryLimit !== undefined && output.includes(MEMORY_LIMIT_LINE);
      const taken = overLimit ? overLimitWords(memoryLimit) : bySystem || byRuntime ? NONE_LEFT : null;
      const said = output ? `\n${output}` : '';
      const hint = taken !== null ? ` ${takenHint(taken)}` : signal === 'SIGKILL' ? ` ${MEMORY_HINT}` : '';
      const ended = (this.#ended =
        lost === null
          ? new ComputeEndedError(`The compute process ${how}.${hint}${said}`)
          : new ComputeLostError(lost));
      for (const { reject, rowsAtOnce } of this.#waiting.values()) {
        if (taken === null || rowsAtOnce === null) reject(ended);
        else reject(new OutOfMemoryError(`${rowsHint(taken, rowsAtOnce)}${said}`, rowsAtOnce));
      }
      this.#waiting.clear();
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks, and resolves with the reply of that kind. Rejects with UserError for what a user can mend, ComputeEndedError at its end, OutOfMemoryError. */
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
      const bounded = this.#bounded(request);
      this.#waiting.set(id, { resolve: settle, reject, listener, rowsAtOnce: rowsAtOnce(bounded) });
      this.#child.send({ id, request: bounded });
    });
  }

  /** Ends the process at once, whatever it is doing: a run of ONNX Runtime cannot be interrupted otherwise. */
  kill(): void {
    this.#child.kill();
  }

  #bounded(request: ComputeRequest): ComputeRequest {
    if (!('microBatch' in request)) return request;
    const step = request.rows[0]?.key.step ?? 0;
    return { ...request, microBatch: Math.min(request.microBatch, this.#microBatchAt(step)) };
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
    else waiting.reject(restoreError(frame.error, waiting.rowsAtOnce));
  }
}

function rowsAtOnce(request: ComputeRequest): number | null {
  return 'microBatch' in request ? Math.min(request.microBatch, request.rows.length) : null;
}

const RAISE = `raise the limit ("rlvr.engine.memoryLimit", in a terminal ${MEMORY_VARIABLE})`;
const LOWER = 'lower training.microBatch or rollout.maxRows, or set training.gradientCheckpointing';
/** What a SIGKILL that nobody sent means where the system does not say whether it was its own. */
const MEMORY_HINT = `If nobody stopped it, memory ran out: ${LOWER}.`;

const NONE_LEFT = 'more memory than there was: close other programs';

/** @param limit in bytes, for which the watchdog ended the process */
function overLimitWords(limit: number): string {
  return `more than the memory limit of ${limit / 1e9} GB: ${RAISE}`;
}

/** @param taken how much memory, and what to do about that */
function takenHint(taken: string): string {
  return `It took ${taken} and resume the run from what it has saved. In a new one, ${LOWER}.`;
}

/** The same where so many rows of an update were too much, which a run makes fewer by itself as long as it can. */
function rowsHint(taken: string, atOnce: number): string {
  const rows = atOnce === 1 ? 'Even one row at once' : `${atOnce} rows at once`;
  return (
    `${rows} took ${taken} and resume the run from what it has saved. In a new one, ` +
    'set training.gradientCheckpointing, lower rollout.maxCompletionLength or take a smaller model.'
  );
}

function restoreError(
  { name, message, stack, code, nonFinite }: Extract<ComputeFrame, { error: unknown }>['error'],
  atOnce: number | null,
): Error {
  if (nonFinite !== undefined) return new NonFiniteError(message, nonFinite);
  if (name === 'UserError') return new UserError(message);
  if (atOnce !== null && isOutOfMemory(message))
    return new OutOfMemoryError(
      `Memory ran out with ${atOnce} rows at once: ${message}. Close other programs and resume the run. In a new one, ${LOWER}.`,
      atOnce,
    );
  const error = new Error(`The compute process failed: ${message}`);
  if (stack !== undefined) error.stack = stack;
  // That of a system: who asked for a file to be written knows what it means there.
  return code === undefined ? error : Object.assign(error, { code });
}
