/** One grader process as the engine sees it: started with its rewards, given jobs, watched while it works on them. */
import { randomInt } from 'node:crypto';
import { UserError } from '../protocol/errors.ts';
import {
  graderReplySchema,
  type GraderAnswer,
  type GraderJob,
  type GraderReply,
  type GraderSetup,
  type GraderTrace,
  type GrantedPermissions,
} from '../protocol/grader.ts';
import { MAX_OPEN_QUESTIONS, type Question } from '../protocol/services.ts';
import type { ChildExit, ChildHandle } from '../process/startChild.ts';
import { MEMORY_LIMIT_LINE } from '../process/watchdog.ts';
import { MEMORY_LIMIT_BYTES } from './graderLimits.ts';
import type { GraderPlace } from './graderPlace.ts';
import { CONFINED_NODE, startGraderChild, type GraderRuntime } from './graderRuntime.ts';
import type { Serve } from './services/serve.ts';

/** Loading may read a dictionary or a grammar; more than this is a hang. */
const LOAD_TIMEOUT_MS = 30_000;

/** The grader reports a slow asynchronous call by itself; only a blocked one is still silent this long after its limit. */
const GRACE_MS = 500;

/** How often a hang is looked for. */
const CHECK_MS = 50;

/** Job numbers are drawn from here, not counted, so that a stale or made-up frame does not fit the job under way. */
const MAX_JOB_ID = 2 ** 47;

/** How much of its output is quoted when a process ends unasked. */
const QUOTED_CHARS = 300;

/** An item of a job; null is the whole group. */
export type ItemKey = number | null;

export type ItemReply = Extract<GraderReply, { kind: 'result' | 'threw' }>;

export interface Job {
  readonly reward: string;
  readonly items: GraderJob['items'];
  /** What is to be reported: each item, or the group as one. */
  readonly keys: readonly ItemKey[];
  /** Index of the item whose values the trace is to have. */
  readonly watch?: number;
  /** Of one call. */
  readonly timeoutMs: number;
}

/** How the work on a job ended: all items reported, or the process ended while `running` were under way. */
export interface JobEnd {
  readonly failure: { readonly kind: 'timeout' | 'crashed' | 'memory'; readonly message: string } | null;
  readonly running: readonly ItemKey[];
  /** Of instrumented code; null for other code, and where the process ended before it told. */
  readonly trace: GraderTrace | null;
}

export class GraderProcess {
  readonly #child: ChildHandle;
  #onReply: (reply: GraderReply) => void = () => {};
  #onEnd: (exit: ChildExit) => void = () => {};
  #exit: ChildExit | null = null;
  #granted: GrantedPermissions | null = null;
  #jobs = 0;
  #serve: Serve | null = null;
  #openQuestions = 0;
  readonly #ended = new AbortController();
  #traces = false;

  constructor(place: GraderPlace, runtime: GraderRuntime = CONFINED_NODE) {
    this.#child = startGraderChild(runtime, place);
    this.#child.onMessage((message) => {
      const reply = graderReplySchema.safeParse(message);
      // What does not parse was not written by our side of the process; the time limit deals with what is missing.
      if (!reply.success) return;
      // Only the first is from before user code was loaded.
      if (reply.data.kind === 'permissions') this.#granted ??= reply.data.granted;
      else if (reply.data.kind === 'question') void this.#answer(reply.data.question, reply.data.asked);
      else this.#onReply(reply.data);
    });
    this.#child.onExit((exit) => {
      this.#exit = exit;
      // Nobody waits for these answers any more.
      this.#ended.abort();
      this.#onEnd(exit);
    });
  }

  /** Loads the rewards, once and first. Throws `UserError` naming the reward that cannot be loaded; the process is ended then. */
  load(setup: GraderSetup, serve: Serve): Promise<void> {
    this.#serve = serve;
    this.#traces = setup.places !== undefined;
    const names = setup.rewards.map(({ name }) => `"${name}"`).join(', ');
    return new Promise((resolve, reject) => {
      const refuse = (message: string): void => {
        clearTimeout(timer);
        this.#child.kill();
        reject(new UserError(message));
      };
      const timer = setTimeout(() => {
        const hint = 'look at what its file does when it is imported';
        refuse(`Loading the reward ${names} took longer than ${LOAD_TIMEOUT_MS / 1000} s; ${hint}.`);
      }, LOAD_TIMEOUT_MS);
      this.#onEnd = (exit) =>
        refuse(`The process of the reward ${names} ended while it was loaded: ${describeExit(exit)}`);
      this.#onReply = (reply) => {
        if (reply.kind === 'loadError') refuse(`The reward "${reply.reward}" cannot be loaded: ${reply.message}`);
        if (reply.kind !== 'ready') return;
        clearTimeout(timer);
        resolve();
      };
      this.#child.send(setup);
    });
  }

  /** No job has run in it, so nothing an earlier one left behind can be at fault. */
  get fresh(): boolean {
    return this.#jobs === 0;
  }

  get alive(): boolean {
    return this.#exit === null;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** What it may do, as it said at its start; null before that. */
  get granted(): GrantedPermissions | null {
    return this.#granted;
  }

  /** It ended unasked and before it ran a line of ours: the runtime did not take its arguments. */
  get neverBegan(): boolean {
    return this.#exit !== null && !this.#exit.killed && this.#granted === null;
  }

  /**
   * Works on one job; `report` is called once for each item that ends. Kills the process when an item is silent past its limit.
   */
  run({ reward, items, keys, watch, timeoutMs }: Job, report: (reply: ItemReply) => void): Promise<JobEnd> {
    const id = randomInt(MAX_JOB_ID);
    const limit = timeoutMs + GRACE_MS;
    const open = new Set(keys);
    const deadlines = new Map<ItemKey, number>();
    let idleDeadline = performance.now() + limit;
    let overdue = false;
    this.#jobs += 1;
    return new Promise((resolve) => {
      const end = (failure: JobEnd['failure'], trace: GraderTrace | null = null): void => {
        clearInterval(checks);
        this.#onReply = () => {};
        this.#onEnd = () => {};
        resolve({ failure, running: [...deadlines.keys()], trace });
      };
      const checks = setInterval(() => {
        const deadline = deadlines.size === 0 ? idleDeadline : Math.min(...deadlines.values());
        const late = performance.now() > deadline;
        // Twice, because after a pause of the engine itself replies may be waiting to be read.
        if (late && overdue) this.#child.kill();
        overdue = late;
      }, CHECK_MS);
      this.#onReply = (reply) => {
        if (!('id' in reply) || reply.id !== id) return;
        if (reply.kind === 'trace') {
          if (open.size === 0) end(null, reply.trace);
          return;
        }
        if (!open.has(reply.item)) return;
        if (reply.kind === 'started') {
          if (!deadlines.has(reply.item)) deadlines.set(reply.item, performance.now() + limit);
          return;
        }
        if (!deadlines.delete(reply.item)) return;
        open.delete(reply.item);
        idleDeadline = performance.now() + limit;
        report(reply);
        if (open.size === 0 && !this.#traces) end(null);
      };
      // With every item reported, only the trace is lost.
      this.#onEnd = (exit) => end(open.size === 0 ? null : exitError(exit, timeoutMs));
      const job: GraderJob = { kind: 'score', id, reward, items, ...(watch === undefined ? {} : { watch }) };
      if (this.#exit === null) this.#child.send(job);
      else end(exitError(this.#exit, timeoutMs));
    });
  }

  /** Questions of user code; their number is bounded here too, for that code can write frames of its own. */
  async #answer(question: number, asked: Question): Promise<void> {
    if (this.#serve === null || this.#openQuestions >= MAX_OPEN_QUESTIONS) return;
    this.#openQuestions += 1;
    const answer = await this.#serve(asked, this.#ended.signal).then(
      (value): GraderAnswer => ({ kind: 'answer', question, value, error: null }),
      (error: unknown): GraderAnswer => {
        return { kind: 'answer', question, value: null, error: error instanceof Error ? error.message : String(error) };
      },
    );
    this.#openQuestions -= 1;
    this.#child.send(answer);
  }

  /** Ends the process; resolves when it is gone. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#child.onExit(() => resolve());
      this.#child.kill();
    });
  }
}

function exitError(exit: ChildExit, timeoutMs: number): NonNullable<JobEnd['failure']> {
  if (exit.killed) {
    const hint = 'look for an endless loop or a slow regular expression, or raise "timeout"';
    return { kind: 'timeout', message: `took longer than ${timeoutMs / 1000} s; ${hint}` };
  }
  // SIGKILL that is not ours is the watchdog's, or the system's when it is out of memory.
  const outOfMemory =
    exit.signal === 'SIGKILL' || [MEMORY_LIMIT_LINE, 'heap out of memory'].some((words) => exit.output.includes(words));
  return outOfMemory
    ? { kind: 'memory', message: `took more memory than the ${MEMORY_LIMIT_BYTES / 1024 ** 3} GiB a reward may take` }
    : { kind: 'crashed', message: `ended its process: ${describeExit(exit)}` };
}

function describeExit({ code, signal, output }: ChildExit): string {
  const cause = signal === null ? `exit code ${code}` : `signal ${signal}`;
  const last = output.trim().slice(-QUOTED_CHARS);
  return last === '' ? cause : `${cause}; it printed last:\n${last}`;
}
