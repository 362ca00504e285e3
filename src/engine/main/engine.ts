/** The engine under an editor: one piece of work, told to whoever is connected, ended by an order, by its lease, or when it is done. */
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepDoor } from '../process/doors.ts';
import { preferPython } from '../process/python.ts';
import { LeftAlone, StopRequest } from '../process/stopRequest.ts';
import { NoAccessError, UserError } from '../protocol/errors.ts';
import type { EngineEvent } from '../protocol/events.ts';
import {
  LINK_VERSION,
  OUTPUT_FILE,
  type End,
  type EngineStatus,
  type Launch,
  type RequestProgress,
} from '../protocol/link.ts';
import { ENGINE_VERSION } from '../protocol/version.ts';
import { setJudgeKey } from '../reward/services/judgeKey.ts';
import { ENGINE_LOG_FILE } from '../run/layout.ts';
import type { FileLock } from '../run/lock.ts';
import type { EngineContext } from '../trainer/engineContext.ts';
import { freeAddress } from './address.ts';
import type { Requests } from './answer.ts';
import { Asked } from './asked.ts';
import { BatteryPause } from './batteryPause.ts';
import type { Connection, Order } from './connection.ts';
import { queueForCores } from './coreQueue.ts';
import { coresForEngines } from './cores.ts';
import { engineLimits } from './engineLimits.ts';
import { Editors } from './editors.ts';
import { EventStream } from './eventStream.ts';
import { LeaseKeeper } from './leaseKeeper.ts';
import { ownFolder } from './ownFolder.ts';
import { PauseGate } from './pauseGate.ts';
import { openRequests } from './requests.ts';
import { RunRequests } from './runRequests.ts';
import { openSessionFolder, writeEnd, writeEndpoint } from './sessionFolder.ts';
import { LOOK_MS, SleepWatch } from './sleepWatch.ts';
import { SURROUNDINGS, type Surroundings } from './surroundings.ts';
import { work } from './work.ts';

/** Exit codes, as those of the terminal door. */
const EXIT: Readonly<Record<End['outcome'], number>> = { finished: 0, failed: 1, stopped: 130 };

/** Milliseconds for the editor that started an engine to come to it, on a machine that is busy. */
const EDITOR_COMES_MS = 60_000;

export class Engine {
  readonly #dir: string;
  readonly #machine: Surroundings;
  readonly #launch: Launch;
  readonly #editors: Editors;
  readonly #lease: LeaseKeeper;
  readonly #stop: StopRequest;
  readonly #pause: PauseGate;
  readonly #battery = new BatteryPause();
  readonly #events: EventStream;
  readonly #runRequests = new RunRequests();
  readonly #asked = new Asked();
  readonly #clusterTokens = Promise.withResolvers<Readonly<Record<string, string>>>();
  readonly #requests: Requests;
  readonly #address: string;
  readonly #ownFolder: string;
  /** Held while there is work to do. Merely to drop it would give the cores back, whenever memory is next cleared. */
  #cores: FileLock | null = null;
  #status: EngineStatus = { state: 'working' };
  /** The folder of the run that goes on; before, what is wrong is not yet written into the run. */
  #startedDir: string | null = null;
  #end: Promise<number> | null = null;

  /**
   * @param dir the engine's own folder
   * @throws UserError where the folder is not what it should be, or there is no safe place to listen
   */
  constructor(dir: string, surroundings: Partial<Surroundings> = {}) {
    this.#dir = dir;
    this.#machine = { ...SURROUNDINGS, ...surroundings };
    this.#launch = openSessionFolder(dir);
    if (this.#launch.python !== undefined) preferPython(this.#launch.python);
    this.#ownFolder = ownFolder(process.env);
    this.#address = freeAddress(this.#ownFolder, this.#launch.id);
    const serves = this.#launch.job.kind === 'serve';
    this.#stop = new StopRequest(() => void this.#finish('stopped').then((code) => process.exit(code)));
    this.#pause = new PauseGate(this.#stop.signal, (waiting) => {
      // Where it stands is told before that it stands.
      this.#events.flush();
      this.#setStatus(waiting ? this.#paused : { state: 'working' });
    });
    this.#events = new EventStream((event) => this.#editors.tell({ type: 'event', event }));
    this.#requests = serves ? openRequests(dir, this.#launch.limits ?? {}) : this.#runRequests;
    this.#editors = new Editors(this.#address, {
      secret: this.#launch.secret,
      helloMs: this.#machine.hello,
      onWelcome: (connection, lease) => {
        this.#lease.renew(lease);
        this.#lease.editorCame();
        this.#welcome(connection);
      },
      onOrder: (connection, order) => this.#obey(connection, order),
      onLeave: (left, connection) => {
        this.#asked.leave(connection);
        if (left === 0) this.#lease.lastEditorLeft();
      },
    });
    this.#lease = new LeaseKeeper({
      lease: this.#launch.lease,
      serves,
      reloadMs: this.#machine.reload,
      onOver: () => this.stop(new LeftAlone()),
    });
  }

  get #paused(): EngineStatus {
    return { state: 'paused', ...(this.#battery.pauses ? { onBattery: true } : {}) };
  }

  get #runDir(): string | null {
    const { job } = this.#launch;
    return this.#startedDir ?? (job.kind === 'resume' ? job.runDir : null);
  }

  /** Works to the end; resolves with the exit code when that has been said. Never rejects. */
  async run(): Promise<number> {
    try {
      // So that the editor, and all else that a person looks at, comes first. Children inherit it.
      lowerPriority();
      for (const door of ['parquet', 'grader', 'pythonGrader'] as const) keepDoor(door, this.#dir);
      await this.#editors.listen();
      writeEndpoint(this.#dir, {
        linkVersion: LINK_VERSION,
        engineVersion: ENGINE_VERSION,
        pid: process.pid,
        address: this.#address,
        startedAt: new Date().toISOString(),
      });
      if (this.#launch.job.kind !== 'serve') {
        this.#watchSleep();
        if (this.#launch.pauseOnBattery === true) void this.#watchPower();
      }
      return await this.#finish(await work(this.#launch.job, this.#context()));
    } catch (error) {
      return this.fail(error);
    }
  }

  /** Ends the work, resumable. @param reason as `StopRequest` takes it */
  stop(reason?: unknown): void {
    if (this.#status.state === 'ended' || this.#stop.signal.aborted) return;
    this.#setStatus({ state: 'stopping' });
    this.#stop.make(reason);
  }

  /** Ends with an error; resolves with the exit code when that has been said. */
  fail(error: unknown): Promise<number> {
    // What is cut off breaks with some error or other.
    if (this.#stop.signal.aborted) return this.#finish('stopped');
    console.error(error);
    return this.#finish('failed', this.#explain(error));
  }

  #context(): EngineContext {
    return {
      emit: (event) => this.#emit(event),
      signal: this.#stop.signal,
      ...engineLimits(this.#launch.limits ?? {}),
      awaitRoom: (threads) => this.#awaitRoom(threads),
      // The host removes the folder with all that an engine which was killed has left in it.
      temporary: this.#dir,
      beforeStep: () => this.#pause.pass(),
      clusterToken: (address) => this.#clusterToken(address),
      offerSwap: (swap) => this.#runRequests.offer(swap),
    };
  }

  /** Editors tell them as they come, which is after the work has begun. */
  async #clusterToken(address: string): Promise<string | null> {
    const nobodyCame = sleep(EDITOR_COMES_MS, {}, { ref: false });
    const tokens: Readonly<Record<string, string>> = await Promise.race([this.#clusterTokens.promise, nobodyCame]);
    return tokens[address] ?? null;
  }

  async #awaitRoom(threads: number): Promise<void> {
    this.#cores = await queueForCores(threads, {
      folder: join(this.#ownFolder, 'cores'),
      cores: coresForEngines(),
      signal: this.#stop.signal,
      onWait: () => this.#setStatus({ state: 'queued' }),
    });
    if (this.#status.state === 'queued') this.#setStatus({ state: 'working' });
  }

  #emit(event: EngineEvent): void {
    if (event.event === 'started') this.#startedDir = event.runDir;
    this.#events.push(event);
  }

  #welcome(connection: Connection): void {
    connection.send({
      type: 'welcome',
      version: connection.version,
      engineVersion: ENGINE_VERSION,
      status: this.#status,
      runDir: this.#runDir,
    });
    for (const event of this.#events.newest) connection.send({ type: 'event', event });
  }

  #obey(connection: Connection, order: Order): void {
    switch (order.type) {
      case 'lease':
        this.#lease.renew(order.lease);
        return;
      case 'stop':
        this.stop();
        return;
      case 'pause':
        this.#battery.overrule('pause');
        this.#pause.pause();
        if (this.#status.state === 'paused') this.#setStatus(this.#paused);
        return;
      case 'continue':
        this.#battery.overrule('continue');
        this.#pause.continue();
        return;
      case 'judgeKey':
        setJudgeKey(order.key);
        return;
      case 'clusterTokens':
        this.#clusterTokens.resolve(order.tokens);
        return;
      case 'request':
        void this.#answer(connection, order);
        return;
      case 'cancel':
        this.#asked.cancel(connection, order.id);
        return;
    }
  }

  async #answer(connection: Connection, { id, request }: Extract<Order, { type: 'request' }>): Promise<void> {
    const signal = this.#asked.begin(connection, id);
    const onProgress = (progress: RequestProgress): void => connection.send({ type: 'progress', id, progress });
    try {
      const { reply, arrays } = await this.#requests.answer(request, { signal, onProgress });
      connection.send({ type: 'reply', id, reply }, arrays);
    } catch (error) {
      if (!(error instanceof UserError)) console.error(error);
      const noAccess = error instanceof NoAccessError ? { noAccess: error.noAccess } : {};
      connection.send({ type: 'failure', id, message: this.#explain(error), ...noAccess });
    } finally {
      this.#asked.end(connection, id);
    }
  }

  #setStatus(status: EngineStatus): void {
    this.#status = status;
    this.#editors.tell({ type: 'status', status });
  }

  /** The first call decides; all resolve when it has been said. */
  #finish(outcome: End['outcome'], message: string | null = null): Promise<number> {
    this.#end ??= this.#sayEnd({ outcome, message, runDir: this.#runDir });
    return this.#end;
  }

  async #sayEnd(end: End): Promise<number> {
    this.#events.flush();
    try {
      writeEnd(this.#dir, end);
    } catch (error) {
      // The folder was removed, or the disk is full; who is connected hears it all the same.
      console.error(error);
    }
    this.#setStatus({ state: 'ended', outcome: end.outcome, message: end.message });
    this.#cores?.release();
    await this.#editors.close();
    this.#requests.close();
    return EXIT[end.outcome];
  }

  /** For the user: what it is, and where there is more about what only developers understand. */
  #explain(error: unknown): string {
    if (error instanceof UserError) return error.message;
    const message = error instanceof Error ? error.message : String(error);
    const log = this.#startedDir === null ? join(this.#dir, OUTPUT_FILE) : join(this.#startedDir, ENGINE_LOG_FILE);
    return `${message} (${log} has more.)`;
  }

  async #watchPower(): Promise<void> {
    for (;;) {
      const next = this.#battery.look(await this.#machine.powerSource());
      if (next === 'pause') this.#pause.pause();
      if (next === 'continue') this.#pause.continue();
      await sleep(this.#machine.powerLook, undefined, { ref: false });
    }
  }

  #watchSleep(): void {
    const watch = new SleepWatch(Date.now());
    setInterval(() => {
      const message = watch.look(Date.now());
      if (message !== null && this.#status.state === 'working') this.#emit({ event: 'warning', message });
    }, LOOK_MS).unref();
  }
}

function lowerPriority(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not everywhere may a process say so; it is a courtesy.
  }
}
