/** All engines this window knows, and the way to start more. */
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../../engine/process/processGroup.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import type { Job, Lease } from '../../engine/protocol/link.ts';
import type { Disposable } from '../common/disposable.ts';
import { Emitter } from '../common/event.ts';
import { isLive, type EngineEnd, type EngineHandle } from './engineHandle.ts';
import type { EngineQuestions } from './engineQuestions.ts';
import { EngineWork } from './engineWork.ts';
import { chooseRuntime, runtimeProblem, type NodeRuntime } from './nodeRuntime.ts';
import { RESUME_WAITS_MS } from './resumePolicy.ts';
import { ServiceEngine } from './serviceEngine.ts';
import type { WorkEnvironment } from './workEnvironment.ts';
import {
  claimStart,
  createSession,
  newSessionDir,
  readEndpoint,
  readSession,
  removeFolder,
  retireSession,
  sessionFolders,
  type EngineSettings,
} from './session.ts';

export interface EnginesOptions {
  /** Where engines have their folders, such as `<globalStorage>/engines`; made when first needed. */
  readonly sessionsDir: string;
  /** What engines do when their last window has gone. */
  readonly lease: Lease;
  /** The Node that runs engines, `rlvr.engine.node`; null for the editor's own. Asked at each start. */
  readonly node: () => string | null;
  /** Asked at each start. Rejects with UserError where a setting cannot be used. */
  readonly settings?: () => Promise<EngineSettings>;
  /** Whether workspace code may run here (`workspace.isTrusted`); where not, nothing is started or resumed, by any path. */
  readonly mayRun: () => boolean;
  /** Whether a job that is found belongs to this window: its experiment or run lies under one of the window's folders. */
  readonly isOurs: (job: Job) => boolean;
  /** The newest step of a run, read from its folder; null before the first. May reject. */
  readonly lastStep: (runDir: string) => Promise<number | null>;
  /** For tests: milliseconds before each attempt to resume after a crash, and until an idle service engine ends. */
  readonly timings?: { readonly resumeWaits?: readonly number[]; readonly serviceIdle?: number };
}

export interface EngineEnded {
  readonly handle: EngineHandle;
  readonly end: EngineEnd;
}

/** An engine crashed and goes on by itself. */
export interface EngineResumed {
  readonly handle: EngineHandle;
  /** From 1 on. */
  readonly attempt: number;
  /** How it ended, and what it printed last. */
  readonly cause: string;
}

/** Milliseconds for which a service engine that nobody asks is kept. */
const SERVICE_IDLE_MS = 5 * 60_000;

/** Milliseconds for which engines that are found may let a window wait: one that starts just now is listed as starting. */
const FIND_MS = 2000;

/** Milliseconds for which what a failed engine printed is kept. */
const KEEP_OUTPUT_MS = 24 * 60 * 60_000;

/** Milliseconds for which an engine that ended waits for the window of its folder to hear of it. */
const KEEP_FOREIGN_MS = 30 * KEEP_OUTPUT_MS;

export class Engines implements Disposable {
  readonly #options: EnginesOptions;
  readonly #environment: WorkEnvironment;
  readonly #service: ServiceEngine;
  /** By their folder; those that are looked for too. */
  readonly #works = new Map<string, EngineWork>();
  readonly #listed = new Set<EngineWork>();
  /** Folders that this window is making: what looks for engines meanwhile is not to take one for another window's. */
  readonly #starting = new Set<string>();
  /** Folders of those that have ended, which stay for a moment. */
  readonly #over = new Set<string>();
  readonly #changed = new Emitter<EngineHandle>();
  readonly #ended = new Emitter<EngineEnded>();
  readonly #resumed = new Emitter<EngineResumed>();
  #lease: Lease;
  #judgeKey: string | null = null;
  #clusterTokens: Readonly<Record<string, string>> = {};

  /** An engine was started, found, changed or ended. */
  readonly onDidChange = this.#changed.event;

  /** Told once for each engine. One that failed is worth a notification: Show Log, and Resume where `end.resumable`. */
  readonly onDidEnd = this.#ended.event;

  readonly onDidResume = this.#resumed.event;

  constructor(options: EnginesOptions) {
    this.#options = options;
    this.#lease = options.lease;
    const lease = (): Lease => this.#lease;
    const judgeKey = (): string | null => this.#judgeKey;
    this.#environment = {
      lease,
      judgeKey,
      clusterTokens: () => this.#clusterTokens,
      runtime: () => chooseRuntime(options.node()),
      mayRun: options.mayRun,
      lastStep: (runDir) => options.lastStep(runDir).catch(() => null),
      resumeWaits: options.timings?.resumeWaits ?? RESUME_WAITS_MS,
      onResume: (handle, attempt, cause) => this.#resumed.fire({ handle, attempt, cause }),
      onEnd: (work, end, told) => {
        this.#works.delete(work.dir);
        this.#over.add(work.dir);
        if (this.#listed.delete(work)) this.#changed.fire(work);
        if (!told) this.#ended.fire({ handle: work, end });
      },
    };
    this.#service = new ServiceEngine({
      sessionsDir: options.sessionsDir,
      lease,
      judgeKey,
      runtime: () => this.#soundRuntime(),
      settings: () => this.#settings(),
      idleMs: options.timings?.serviceIdle ?? SERVICE_IDLE_MS,
    });
  }

  /** Those whose work has not ended, oldest first; without the one that only answers questions. */
  get handles(): readonly EngineHandle[] {
    return [...this.#listed].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The engine that works on a run; null where none of this window's does. */
  ofRun(runDir: string): EngineHandle | null {
    return this.handles.find((handle) => handle.runDir === runDir) ?? null;
  }

  /**
   * Starts an engine. It is in `handles`, as `starting`, while this machine is looked at; resolves when its process was started.
   * Rejects with UserError where this machine or this workspace cannot run one, or the run has one: the sentence says what to do.
   */
  async start(job: Exclude<Job, { kind: 'serve' }>): Promise<EngineHandle> {
    this.#requireMayRun();
    const lastStep = job.kind === 'resume' ? await this.#environment.lastStep(job.runDir) : null;
    const work = await this.#newWork(job, lastStep);
    try {
      await this.#soundRuntime();
      work.start();
    } catch (error) {
      await work.abandon(error instanceof Error ? error.message : String(error));
      throw error;
    }
    return work;
  }

  /**
   * Finds the engines of this window that run already, and that it does not know: after "Developer: Reload Window", where a folder was
   * added or trusted, or when a run turns out to be running, which another window has started. Tells of those that ended meanwhile, and
   * removes what they left. Resolves when each is in `handles`.
   */
  async attachAll(): Promise<void> {
    const folders = await sessionFolders(this.#options.sessionsDir);
    await Promise.all(folders.filter((folder) => !this.#knows(folder)).map((folder) => this.#attach(folder)));
  }

  /** From now on, for the engines that run too. */
  setLease(lease: Lease): void {
    this.#lease = lease;
    for (const work of this.#works.values()) work.sendLease();
  }

  /** The key of the service that judges completions, for the engines that run too; null: none. */
  setJudgeKey(key: string | null): void {
    this.#judgeKey = key;
    for (const work of this.#works.values()) work.sendJudgeKey();
    this.#service.sendJudgeKey();
  }

  /** Of clusters with Ray's job API, by address, for the engines that start from now on. */
  setClusterTokens(tokens: Readonly<Record<string, string>>): void {
    this.#clusterTokens = tokens;
  }

  /** For the engine without a run, which is started where it is not there, and ends by itself some minutes after the last question. */
  get questions(): EngineQuestions {
    return this.#service.questions;
  }

  /** The Node that runs engines, found to be sound. Rejects with UserError where there is none, or nothing may run here. */
  runtime(): Promise<NodeRuntime> {
    return this.#soundRuntime();
  }

  /** Lets go of every engine, which then live by their lease. */
  dispose(): void {
    for (const work of this.#works.values()) work.dispose();
    this.#works.clear();
    this.#listed.clear();
    this.#service.dispose();
    for (const emitter of [this.#changed, this.#ended, this.#resumed]) emitter.dispose();
  }

  /** In `handles` as soon as its folder is there. */
  async #newWork(job: Job, lastStep: number | null): Promise<EngineWork> {
    const dir = newSessionDir(this.#options.sessionsDir);
    this.#starting.add(dir);
    try {
      const session = await createSession(dir, job, this.#lease, await this.#settings());
      await claimStart(session, 0, lastStep);
      if (job.kind === 'resume' && this.ofRun(job.runDir) !== null) {
        await retireSession(session, false);
        throw new UserError('An engine works on this run already.');
      }
      const work = new EngineWork(session, this.#environment);
      this.#works.set(dir, work);
      this.#list(work);
      return work;
    } finally {
      this.#starting.delete(dir);
    }
  }

  async #attach(folder: string): Promise<void> {
    const session = await readSession(folder);
    if (this.#knows(folder)) return;
    if (session === null) return sweep(folder, KEEP_OUTPUT_MS);
    const { job } = session.launch;
    if (job.kind === 'serve') return sweep(folder, KEEP_OUTPUT_MS);
    if (!this.#options.isOurs(job)) return sweep(folder, KEEP_FOREIGN_MS);
    const work = new EngineWork(session, this.#environment);
    this.#works.set(folder, work);
    await work.find();
    await Promise.race([work.heard, sleep(FIND_MS, undefined, { ref: false })]);
    if (isLive(work)) this.#list(work);
  }

  #knows(folder: string): boolean {
    return this.#starting.has(folder) || this.#works.has(folder) || this.#over.has(folder);
  }

  #list(work: EngineWork): void {
    this.#listed.add(work);
    work.onDidChange((handle) => {
      if (isLive(handle)) this.#changed.fire(handle);
    });
    this.#changed.fire(work);
  }

  async #settings(): Promise<EngineSettings> {
    return (await this.#options.settings?.()) ?? {};
  }

  #requireMayRun(): void {
    if (!this.#options.mayRun()) {
      throw new UserError(
        'This folder is not trusted, so nothing of it is run. Trust it first: Workspaces: Manage Workspace Trust.',
      );
    }
  }

  /** The Node to start an engine with. Rejects with UserError where none can be. */
  async #soundRuntime(): Promise<NodeRuntime> {
    this.#requireMayRun();
    const runtime = chooseRuntime(this.#options.node());
    const problem = await runtimeProblem(runtime);
    if (problem !== null) throw new UserError(problem);
    return runtime;
  }
}

/** Removes a folder in which no engine lives and nothing has been done for so long. */
async function sweep(dir: string, ms: number): Promise<void> {
  const stats = await stat(dir).catch(() => null);
  if (stats === null || Date.now() - stats.mtimeMs < ms) return;
  const endpoint = await readEndpoint({ dir });
  if (endpoint === null || !isAlive(endpoint.pid)) await removeFolder(dir);
}
