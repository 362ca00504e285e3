/**
 * Scores with a grader process and replaces the process when it hangs or ends, so that every completion gets a value or an error
 * of its own, whatever the function does on another one.
 */
import type { RewardError, RewardResult } from '../protocol/completion.ts';
import type { GraderJob, GraderSetup, GraderTrace, GrantedPermissions } from '../protocol/grader.ts';
import { CallBook } from './callBook.ts';
import { functionPlace } from './functionPlace.ts';
import type { GraderPlace } from './graderPlace.ts';
import { GraderProcess, type ItemKey, type ItemReply, type JobEnd } from './graderProcess.ts';
import type { GraderRuntime } from './graderRuntime.ts';
import type { GraderStandby } from './graderStandby.ts';
import { decodeGroup, decodeScore, failed, withAnswers } from './score.ts';
import { serveWith, type Serve } from './services/serve.ts';

type Items = GraderJob['items'];
type RewardSetup = GraderSetup['rewards'][number];

export interface ScoreRequest {
  /** Name of a reward of the setup. */
  readonly reward: string;
  /** The arguments by name, one object for each completion; with `per: group` those of one group. */
  readonly items: Items;
  /** Of instrumented code. */
  readonly tracing?: Tracing;
}

/** Told what happened in instrumented code. What a process that had to be ended did not tell is missing. */
export interface Tracing {
  /** Index of the item whose values are wanted; with `per: group` any of the group. */
  readonly watch: number | null;
  readonly onTrace: (trace: GraderTrace) => void;
}

export interface GraderOptions {
  readonly place: GraderPlace;
  readonly onWarning: (message: string) => void;
  /** Answers what reward functions ask of the engine; without it as for a user who has set nothing. */
  readonly serve?: Serve;
  /** Gives the processes; without it each is started when it is needed. */
  readonly standby?: GraderStandby;
  /** Path of the interpreter that runs them, where the rewards are in Python. */
  readonly python?: string;
  /** Ends the process at once, even while it loads: what it was asked is of no use any more. */
  readonly signal?: AbortSignal;
}

export interface Grader {
  /** What its process may do. */
  readonly granted: GrantedPermissions;
  /** Of its process as it is now: one that hangs is replaced. */
  readonly pid: number | undefined;
  /** A result for each item, in their order. Requests are worked on one after the other. Rejects only when closed meanwhile. */
  score(request: ScoreRequest): Promise<readonly RewardResult[]>;
  /** Resolves when no process is left. */
  close(): Promise<void>;
}

/** Starts the process and loads the rewards. Throws `UserError` when one cannot be loaded. */
export async function startGrader(setup: GraderSetup, options: GraderOptions): Promise<Grader> {
  const supervisor = new Supervisor(setup, options);
  options.signal?.throwIfAborted();
  options.signal?.addEventListener('abort', () => void supervisor.close(), { once: true });
  const { granted } = await supervisor.usableProcess(false);
  // What it says before anything else.
  if (granted === null) throw new Error('The grader did not say what it may do.');
  let queue: Promise<unknown> = Promise.resolve();
  return {
    granted,
    get pid() {
      return supervisor.pid;
    },
    score: (request) => {
      const result = queue.then(() => supervisor.score(request));
      queue = result.catch(() => {});
      return result;
    },
    close: () => supervisor.close(),
  };
}

/** A runtime that has the model by its word and does not start with it: an Electron, perhaps. */
const UNCONFINED =
  "Reward functions run without Node's permission model, for a process did not start under it: they can read and write your files. " +
  '"Check This Machine" tells more; "rlvr.engine.node" names another Node.';

/** File, line and column in front of a message. */
const PLACE = /^\S[^\n]*?:\d+:\d+: /;

class Supervisor {
  readonly #setup: GraderSetup;
  readonly #options: GraderOptions;
  readonly #warned = new Set<string>();
  /** Of the functions, by reward name; null where it cannot be told. */
  readonly #places = new Map<string, string | null>();
  #process: GraderProcess | null = null;
  /** Under the runtime's permission model, as long as no process failed to begin under it. */
  #confined = true;
  #closed = false;

  constructor(setup: GraderSetup, options: GraderOptions) {
    this.#setup = setup;
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** A live process, where `fresh` one in which nothing has run yet. */
  async usableProcess(fresh: boolean): Promise<GraderProcess> {
    if (this.#closed) throw new Error('The grader was closed.');
    const current = this.#process;
    if (current !== null && current.alive && (current.fresh || !fresh)) return current;
    await current?.close();
    // Kept before it has loaded, so that `close` ends it even then.
    const { place, standby } = this.#options;
    const { python } = this.#options;
    const confined = python === undefined && this.#confined;
    const runtime: GraderRuntime =
      python === undefined ? { kind: 'node', confined } : { kind: 'python', executable: python };
    const started = (confined ? standby?.take(place) : null) ?? new GraderProcess(place, runtime);
    this.#process = started;
    try {
      await started.load(this.#setup, this.#options.serve ?? serveWith({}, this.#setup.rewards, this.#setup.folder));
      return started;
    } catch (error) {
      if (!started.neverBegan || !confined) throw error;
      this.#confined = false;
      this.#options.onWarning(UNCONFINED);
      return this.usableProcess(fresh);
    }
  }

  async score({ reward: name, items, tracing }: ScoreRequest): Promise<readonly RewardResult[]> {
    const reward = this.#setup.rewards.find((candidate) => candidate.name === name);
    if (reward === undefined) throw new Error(`The grader was not set up with a reward "${name}".`);
    const calls: readonly Items[] = reward.per === 'group' ? [items] : items.map((item) => [item]);
    const results = calls.map((call): readonly RewardResult[] => call.map(() => failed('crashed', 'was not scored')));
    const book = new CallBook(calls.length);

    for (let batch = book.next(); batch !== null; batch = book.next()) {
      const indices = batch.calls;
      const watched = tracing?.watch ?? -1;
      const end = await this.#attempt(
        reward,
        indices.map((call) => calls[call] ?? []),
        { alone: batch.alone, watch: reward.per === 'group' ? watched : indices.indexOf(watched) },
        (position, reply) => {
          const call = indices[position] ?? -1;
          results[call] = resultsOf(reply, calls[call]?.length ?? 0);
          book.settle(call);
        },
      );
      if (this.#closed) throw new Error('The grader was closed while it was scoring.');
      const { failure, trace } = end;
      if (trace !== null) tracing?.onTrace(trace);
      if (failure === null) continue;
      const running = end.running.map((position) => indices[position] ?? -1);
      for (const call of book.processEnded({ kind: failure.kind, running, solitary: end.solitary })) {
        results[call] = (calls[call] ?? []).map(() => ({ error: failure }));
        this.#warnOnce(name, failure);
      }
    }
    return results.flat().map((result) => this.#placed(reward, result));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#process?.close();
  }

  /** With the function's own place where the error has none, so that each leads to a line. */
  #placed({ name, module, function: function_ }: RewardSetup, result: RewardResult): RewardResult {
    if (module === null || !('error' in result) || PLACE.test(result.error.message)) return result;
    let place = this.#places.get(name);
    if (place === undefined) {
      const { folder, python } = this.#setup;
      place = python?.functions[name]?.place ?? functionPlace(module, function_, folder);
      this.#places.set(name, place);
    }
    return place === null ? result : failed(result.error.kind, `${place}: ${result.error.message}`);
  }

  /** One job in one process. Positions are places in `calls`; `watch` is one of the items, or less than 0. */
  async #attempt(
    reward: RewardSetup,
    calls: readonly Items[],
    { alone, watch }: { readonly alone: boolean; readonly watch: number },
    report: (position: number, reply: ItemReply) => void,
  ): Promise<Attempt> {
    let grader: GraderProcess;
    try {
      grader = await this.usableProcess(alone);
    } catch (error) {
      const message = `could not be loaded again: ${error instanceof Error ? error.message : String(error)}`;
      return { failure: { kind: 'crashed', message }, running: [], solitary: false, trace: null };
    }
    const solitary = grader.fresh && calls.length === 1;
    const group = reward.per === 'group';
    const position = (key: ItemKey): number => key ?? 0;
    const job = {
      reward: reward.name,
      items: calls.flat(),
      keys: group ? [null] : [...calls.keys()],
      timeoutMs: reward.timeoutMs * (group ? calls.flat().length : 1),
      ...(watch < 0 ? {} : { watch }),
    };
    const { failure, running, trace } = await grader.run(job, (reply) => report(position(reply.item), reply));
    return { failure, running: running.map(position), solitary, trace };
  }

  #warnOnce(reward: string, failure: RewardError): void {
    const key = `${failure.kind} ${reward}`;
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    this.#options.onWarning(
      `Reward "${reward}" ${failure.message}. Its process was replaced; the completion carries the error, the others are scored. This is said once.`,
    );
  }
}

interface Attempt {
  readonly failure: JobEnd['failure'];
  readonly running: readonly number[];
  /** The one call was all that the process ever worked on. */
  readonly solitary: boolean;
  readonly trace: GraderTrace | null;
}

function resultsOf(reply: ItemReply, size: number): readonly RewardResult[] {
  if (reply.kind === 'threw') {
    const error = failed(reply.timeout ? 'timeout' : 'threw', reply.message);
    return Array.from({ length: size }, () => error);
  }
  const results = reply.item === null ? decodeGroup(reply.value, size) : [decodeScore(reply.value)];
  return withAnswers(results, reply.answers ?? []);
}
