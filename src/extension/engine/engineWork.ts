/** One piece of work, and the processes that do it: usually one; after each crash that is resumed, another. */
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../engine/protocol/errors.ts';
import type { EngineStatus, Job } from '../../engine/protocol/link.ts';
import { ENGINE_VERSION } from '../../engine/protocol/version.ts';
import type { Disposable } from '../common/disposable.ts';
import { Emitter } from '../common/event.ts';
import { afterCrash, crashStory, waitToResume } from './afterCrash.ts';
import { deferred } from './deferred.ts';
import {
  isLive,
  type EngineEnd,
  type EngineHandle,
  type EngineState,
  type PhaseEvent,
  type StepSeen,
  type SwappedRewards,
} from './engineHandle.ts';
import { EngineProcess, type ProcessOrigin } from './engineProcess.ts';
import {
  changeJob,
  outputFile,
  readEnd,
  readOutputTail,
  readSession,
  readStarts,
  retireSession,
  retireSoon,
  writeEnd,
  type Session,
} from './session.ts';
import type { WorkEnvironment } from './workEnvironment.ts';
import { WorkProgress } from './workProgress.ts';

/** From the request to stop until the process is killed. With what it takes to notice and to leave, all is over within a second. */
const STOP_WITHIN_MS = 750;

/** A killed process is gone at once, and its children take a tenth of a second to notice. */
const KILL_WITHIN_MS = 200;

/** An engine that has said how it ended has nothing left to do but to leave. */
const LEAVE_WITHIN_MS = 5000;

export class EngineWork implements EngineHandle, Disposable {
  readonly job: Job;
  readonly #environment: WorkEnvironment;
  readonly #changed = new Emitter<EngineHandle>();
  readonly onDidChange = this.#changed.event;
  readonly #progress: WorkProgress;
  readonly #ended = deferred<EngineEnd>();
  readonly #heard = deferred<undefined>();
  #session: Session;
  #state: EngineState = { state: 'starting' };
  #process: EngineProcess | null = null;
  /** Resolves when `#process` is gone. */
  #gone: Promise<unknown> = Promise.resolve();
  /** How many starts of the session this window knows of. */
  #knownStarts = 1;
  /** An engine of it has lived while this window watched. */
  #seen = false;
  #stopping: Promise<void> | null = null;
  /** Aborted when nothing is to be started any more. */
  readonly #over = new AbortController();

  constructor(session: Session, environment: WorkEnvironment) {
    this.#session = session;
    this.#environment = environment;
    this.job = session.launch.job;
    this.#progress = new WorkProgress(this.job);
  }

  get id(): string {
    return this.#session.launch.id;
  }

  get ended(): Promise<EngineEnd> {
    return this.#ended.promise;
  }

  /** Resolves when it is clear whether an engine lives. */
  get heard(): Promise<void> {
    return this.#heard.promise;
  }

  /** The folder of its session. */
  get dir(): string {
    return this.#session.dir;
  }

  get state(): EngineState {
    return this.#state;
  }

  get runDir(): string | null {
    return this.#progress.runDir;
  }

  get phase(): PhaseEvent | null {
    return this.#progress.phase;
  }

  get lastStep(): StepSeen | null {
    return this.#progress.lastStep;
  }

  get warnings(): readonly string[] {
    return this.#progress.warnings;
  }

  get outputFile(): string {
    return outputFile(this.#session);
  }

  /** Starts the engine, unless the work was stopped before. @throws Error where the file for its output cannot be made */
  start(): void {
    if (this.#over.signal.aborted) return;
    this.#seen = true;
    this.#run({ kind: 'start', runtime: this.#environment.runtime() });
  }

  /** Ends the work, which could not be started; whoever asked for it is told why. */
  async abandon(message: string): Promise<void> {
    this.#finish(this.#progress.endOf('failed', message), true);
    await retireSession(this.#session, false);
  }

  /** Finds the engine that another window, or this one before a reload, has started. */
  async find(): Promise<void> {
    this.#knownStarts = (await readStarts(this.#session)).length;
    if (!this.#over.signal.aborted) this.#run({ kind: 'find', after: null });
  }

  /** The lease has changed. */
  sendLease(): void {
    this.#process?.send({ type: 'lease', lease: this.#environment.lease() });
  }

  /** The key of the judge has changed. */
  sendJudgeKey(): void {
    this.#process?.send({ type: 'judgeKey', key: this.#environment.judgeKey() });
  }

  pause(): void {
    this.#process?.send({ type: 'pause' });
  }

  continue(): void {
    this.#process?.send({ type: 'continue' });
  }

  async swapRewards(): Promise<SwappedRewards> {
    const link = this.#process?.link;
    if (!link) throw new UserError('The engine of this run cannot be reached. Try again.');
    const { reply } = await link.request({ kind: 'swapRewards' });
    if (reply.kind !== 'swapRewards')
      throw new UserError('The engine gave an answer that does not fit its question. Try again.');
    return reply;
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  dispose(): void {
    this.#over.abort();
    this.#process?.dispose();
    this.#changed.dispose();
  }

  async #stop(): Promise<void> {
    if (!isLive(this)) return;
    // Whoever stops it is told of its end.
    this.#seen = true;
    this.#setState({ state: 'stopping' });
    this.#over.abort();
    const engine = this.#process;
    if (engine?.link) {
      engine.send({ type: 'stop' });
      await Promise.race([this.ended, sleep(STOP_WITHIN_MS)]);
    }
    if (isLive(this)) {
      // For other windows: what follows would look like a crash to them.
      await writeEnd(this.#session, { outcome: 'stopped', message: null, runDir: this.runDir });
      engine?.kill();
    }
    await Promise.race([this.#gone, sleep(KILL_WITHIN_MS)]);
    if (isLive(this)) await this.#conclude(this.#progress.endOf('stopped', null));
  }

  #run(origin: ProcessOrigin): void {
    const gone = deferred<undefined>();
    const engine = new EngineProcess(this.#session, origin, this.#environment.lease, {
      onWelcome: ({ status, runDir, engineVersion }) => {
        this.#seen = true;
        this.#progress.welcome(runDir);
        const key = this.#environment.judgeKey();
        if (key !== null) engine.send({ type: 'judgeKey', key });
        // An engine of before an update of the extension would not know what this is.
        if (engineVersion === ENGINE_VERSION)
          engine.send({ type: 'clusterTokens', tokens: this.#environment.clusterTokens() });
        // Stopped before it could be reached.
        if (this.#stopping !== null) engine.send({ type: 'stop' });
        this.#setStatus(status);
        this.#heard.resolve(undefined);
      },
      onStatus: (status) => this.#setStatus(status),
      onEvent: (event) => {
        if (isLive(this) && this.#progress.hear(event)) this.#changed.fire(this);
      },
      onLost: (reason) => this.#setState({ state: 'lost', reason }),
      onGone: (cause) => {
        this.#process = null;
        gone.resolve(undefined);
        void this.#afterGone(cause, engine.startedAt);
      },
    });
    this.#process = engine;
    this.#gone = gone.promise;
  }

  /** The process has gone, and how that is known; `startedAt` is when it had begun to listen. */
  async #afterGone(cause: string, startedAt: string | null): Promise<void> {
    const end = await readEnd(this.#session);
    this.#progress.runDir = end?.runDir ?? this.#progress.runDir;
    // Whatever it was, nobody has heard of it.
    if (!this.#seen) this.#progress.worked = true;
    if (this.#state.state === 'ended') retireSoon(this.#session, this.#state.outcome === 'failed');
    else if (end !== null) await this.#conclude(this.#progress.endOf(end.outcome, end.message));
    else if (this.#stopping !== null) await this.#conclude(this.#progress.endOf('stopped', null));
    else if ((await readSession(this.dir)) !== null) await this.#afterCrash(cause, startedAt);
    // Another window has seen to all of it.
    else this.#finish(this.#progress.endOf('stopped', null), true);
  }

  async #afterCrash(cause: string, startedAt: string | null): Promise<void> {
    this.#progress.phase = null;
    this.#setState({ state: 'lost', reason: cause });
    const story = crashStory(cause, readOutputTail(this.#session));
    try {
      await this.#goOn(story, startedAt);
    } catch (error) {
      if (this.#over.signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      await this.#giveUp(`The engine ended unexpectedly, and was not resumed: ${message}`);
    }
  }

  async #goOn(story: string, startedAt: string | null): Promise<void> {
    const next = await afterCrash({
      session: this.#session,
      knownStarts: this.#seen ? this.#knownStarts : null,
      runDir: this.#environment.mayRun() && this.job.kind !== 'evaluate' ? this.runDir : null,
      lastStep: this.#environment.lastStep,
      waits: this.#environment.resumeWaits,
    });
    if (this.#over.signal.aborted) return;
    switch (next.kind) {
      case 'fail':
        await this.#giveUp(`The engine ended unexpectedly: ${story}`);
        return;
      case 'follow':
        this.#knownStarts = next.starts;
        this.#run({ kind: 'find', after: startedAt });
        return;
      case 'resume':
        this.#knownStarts = next.starts;
        await this.#resume(next.runDir, next.wait, story);
    }
  }

  async #resume(runDir: string, wait: number, story: string): Promise<void> {
    if (!(await waitToResume(this.#session, wait, this.#over.signal))) {
      await this.#afterGone(story, null);
      return;
    }
    this.#session = await changeJob(this.#session, { kind: 'resume', runDir }, this.#environment.lease());
    this.#over.signal.throwIfAborted();
    this.#setState({ state: 'starting' });
    this.#environment.onResume(this, this.#knownStarts - 1, story);
    this.#run({ kind: 'start', runtime: this.#environment.runtime() });
  }

  /** A crash is for the user to look at; the windows that wait for what this one does are told too. */
  async #giveUp(message: string): Promise<void> {
    const end = this.#progress.endOf('failed', message);
    if (this.#seen) await writeEnd(this.#session, { outcome: end.outcome, message, runDir: this.runDir });
    await this.#conclude({ ...end, crashed: true });
  }

  #setStatus(status: EngineStatus): void {
    if (status.state !== 'ended') this.#setState(status);
    else if (isLive(this)) {
      this.#finish(this.#progress.endOf(status.outcome, status.message), false);
      this.#process?.killAfter(LEAVE_WITHIN_MS);
    }
  }

  /** Nothing but the end follows on `stopping`. */
  #setState(state: EngineState): void {
    if (!isLive(this) || this.#stopping !== null) return;
    this.#state = state;
    this.#changed.fire(this);
  }

  /** The work ends, and no process of it is left. */
  async #conclude(end: EngineEnd): Promise<void> {
    if (this.#seen) {
      this.#finish(end, false);
      retireSoon(this.#session, end.outcome === 'failed');
    } else {
      const first = await retireSession(this.#session, end.outcome === 'failed');
      this.#finish({ ...end, unseen: true }, !first);
    }
  }

  #finish(end: EngineEnd, told: boolean): void {
    if (!isLive(this)) return;
    this.#state = { state: 'ended', outcome: end.outcome, message: end.message };
    this.#progress.phase = null;
    this.#over.abort();
    this.#changed.fire(this);
    this.#heard.resolve(undefined);
    this.#ended.resolve(end);
    this.#environment.onEnd(this, end, told);
  }
}
