/**
 * Scores with a grader process and replaces the process when it hangs or ends, so that every completion gets a value or an error
 * of its own, whatever the function does on another one.
 */
import type { RewardError, RewardResult } from '../protocol/completion.ts';
import type { GraderJob, GraderSetup } from '../protocol/grader.ts';
import { CallBook } from './callBook.ts';
import { GraderProcess, type ItemKey, type ItemReply, type JobEnd } from './graderProcess.ts';
import type { GraderStandby } from './graderStandby.ts';
import { decodeGroup, decodeScore, failed } from './score.ts';

type Items = GraderJob['items'];
type RewardSetup = GraderSetup['rewards'][number];

export interface ScoreRequest {
  /** Name of a reward of the setup. */
  readonly reward: string;
  /** The arguments by name, one object for each completion; with `per: group` those of one group. */
  readonly items: Items;
}

export interface GraderOptions {
  /** Where user code runs, and what places in its error messages are relative to. */
  readonly cwd: string;
  readonly onWarning: (message: string) => void;
  /** Gives the processes; without it each is started when it is needed. */
  readonly standby?: GraderStandby;
  /** Ends the process at once, even while it loads: what it was asked is of no use any more. */
  readonly signal?: AbortSignal;
}

export interface Grader {
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
  await supervisor.usableProcess(false);
  let queue: Promise<unknown> = Promise.resolve();
  return {
    score: (request) => {
      const result = queue.then(() => supervisor.score(request));
      queue = result.catch(() => {});
      return result;
    },
    close: () => supervisor.close(),
  };
}

class Supervisor {
  readonly #setup: GraderSetup;
  readonly #options: GraderOptions;
  readonly #warned = new Set<string>();
  #process: GraderProcess | null = null;
  #closed = false;

  constructor(setup: GraderSetup, options: GraderOptions) {
    this.#setup = setup;
    this.#options = options;
  }

  /** A live process, where `fresh` one in which nothing has run yet. */
  async usableProcess(fresh: boolean): Promise<GraderProcess> {
    if (this.#closed) throw new Error('The grader was closed.');
    const current = this.#process;
    if (current !== null && current.alive && (current.fresh || !fresh)) return current;
    await current?.close();
    // Kept before it has loaded, so that `close` ends it even then.
    const { cwd, standby } = this.#options;
    const started = standby?.take(cwd) ?? new GraderProcess(cwd);
    this.#process = started;
    await started.load(this.#setup);
    return started;
  }

  async score({ reward: name, items }: ScoreRequest): Promise<readonly RewardResult[]> {
    const reward = this.#setup.rewards.find((candidate) => candidate.name === name);
    if (reward === undefined) throw new Error(`The grader was not set up with a reward "${name}".`);
    const calls: readonly Items[] = reward.per === 'group' ? [items] : items.map((item) => [item]);
    const results = calls.map((call): readonly RewardResult[] => call.map(() => failed('crashed', 'was not scored')));
    const book = new CallBook(calls.length);

    for (let batch = book.next(); batch !== null; batch = book.next()) {
      const indices = batch.calls;
      const end = await this.#attempt(
        reward,
        indices.map((call) => calls[call] ?? []),
        batch.alone,
        (position, reply) => {
          const call = indices[position] ?? -1;
          results[call] = resultsOf(reply, calls[call]?.length ?? 0);
          book.settle(call);
        },
      );
      if (this.#closed) throw new Error('The grader was closed while it was scoring.');
      const { failure } = end;
      if (failure === null) continue;
      const running = end.running.map((position) => indices[position] ?? -1);
      for (const call of book.processEnded({ kind: failure.kind, running, solitary: end.solitary })) {
        results[call] = (calls[call] ?? []).map(() => ({ error: failure }));
        this.#warnOnce(name, failure);
      }
    }
    return results.flat();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#process?.close();
  }

  /** One job in one process. Positions are places in `calls`. */
  async #attempt(
    reward: RewardSetup,
    calls: readonly Items[],
    alone: boolean,
    report: (position: number, reply: ItemReply) => void,
  ): Promise<{ failure: ProcessFailure | null; running: readonly number[]; solitary: boolean }> {
    let grader: GraderProcess;
    try {
      grader = await this.usableProcess(alone);
    } catch (error) {
      const message = `could not be loaded again: ${error instanceof Error ? error.message : String(error)}`;
      return { failure: { kind: 'crashed', message }, running: [], solitary: false };
    }
    const solitary = grader.fresh && calls.length === 1;
    const group = reward.per === 'group';
    const position = (key: ItemKey): number => key ?? 0;
    const job = {
      reward: reward.name,
      items: calls.flat(),
      keys: group ? [null] : [...calls.keys()],
      timeoutMs: reward.timeoutMs * (group ? calls.flat().length : 1),
    };
    const { failure, running } = await grader.run(job, (reply) => report(position(reply.item), reply));
    return { failure, running: running.map(position), solitary };
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

type ProcessFailure = NonNullable<JobEnd['failure']>;

function resultsOf(reply: ItemReply, size: number): readonly RewardResult[] {
  if (reply.kind === 'threw') {
    const error = failed(reply.timeout ? 'timeout' : 'threw', reply.message);
    return Array.from({ length: size }, () => error);
  }
  return reply.item === null ? decodeGroup(reply.value, size) : [decodeScore(reply.value)];
}
