/**
 * One engine process as a window sees it: started here, or found running after a reload or in a second window. Finds out where it
 * listens, stays connected for as long as it is there, and tells when it has gone.
 */
import { isAlive, killGroup } from '../../engine/process/processGroup.ts';
import { startEngine, type EngineExit, type StartedEngine } from '../../engine/process/startEngine.ts';
import { greetingVersion, type Endpoint, type Lease, type ToEngine } from '../../engine/protocol/link.ts';
import type { Disposable } from '../common/disposable.ts';
import { EngineLink, type LinkClosed, type LinkListener } from './engineLink.ts';
import { engineDoor, type NodeRuntime } from './nodeRuntime.ts';
import { outputFile, readEnd, readEndpoint, readSession, type Session } from './session.ts';

/** Milliseconds between two looks: for the address of an engine that starts, or whether one that was lost is back. */
const LOOK_MS = 50;

/** The same for one that answers but does not let us in, because it is of another version. */
const LOOK_AGAIN_MS = 2000;

/** An engine that lives is never refused by the system for longer: this is for the moment between its address and its listening. */
const REFUSED_MS = 1000;

/** Until an engine that another window starts is there: the longest wait after a crash, and a cold start on a slow disk. */
const START_LIMIT_MS = 60_000;

/** When a process has ended, what it said last may still be on its way. */
const DRAIN_MS = 250;

export interface ProcessListener extends Omit<LinkListener, 'onReached' | 'onClosed'> {
  /** Nothing is heard of it any more, though it seems to be there; `onWelcome` tells when it is back. */
  onLost(reason: string): void;
  /** It is there no more, and how that is known. Comes last and once, but not after `dispose`. */
  onGone(cause: string): void;
}

/** Where the process comes from. */
export type ProcessOrigin =
  | { readonly kind: 'start'; readonly runtime: NodeRuntime }
  /** `after`: the `startedAt` of the process before it in the same folder, which is dead; null where there was none. */
  | { readonly kind: 'find'; readonly after: string | null };

export class EngineProcess implements Disposable {
  readonly #session: Session;
  readonly #lease: () => Lease;
  readonly #listener: ProcessListener;
  readonly #after: string | null;
  readonly #child: StartedEngine | null;
  #endpoint: Endpoint | null = null;
  #link: EngineLink | null = null;
  /** Something has listened at its address, so the process id beside it is the engine's, and not one given to another since. */
  #reached = false;
  #over = false;

  /** @throws Error where a file for its output cannot be made */
  constructor(session: Session, origin: ProcessOrigin, lease: () => Lease, listener: ProcessListener) {
    this.#session = session;
    this.#lease = lease;
    this.#listener = listener;
    this.#after = origin.kind === 'find' ? origin.after : null;
    this.#child = origin.kind === 'start' ? start(session, origin.runtime) : null;
    void this.#child?.ended.then((exit) => {
      setTimeout(() => this.#end(causeOf(exit)), this.#link === null ? 0 : DRAIN_MS);
    });
    void this.#follow();
  }

  /** When the process began to listen, as it says itself; null before. */
  get startedAt(): string | null {
    return this.#endpoint?.startedAt ?? null;
  }

  /** The connection; null while there is none on which the engine has said who it is. */
  get link(): EngineLink | null {
    return this.#link?.welcomed === true ? this.#link : null;
  }

  /** Says something to the engine, where it can be reached. */
  send(message: Exclude<ToEngine, { type: 'hello' }>): void {
    this.#link?.send(message);
  }

  /** Ends the engine at once; its children notice within a moment and end too. */
  kill(): void {
    if (this.#over) return;
    const pid = this.#child?.pid ?? (this.#reached ? this.#endpoint?.pid : undefined);
    if (pid !== undefined) killGroup(pid);
  }

  /** The same, unless it is gone by then. */
  killAfter(ms: number): void {
    setTimeout(() => this.kill(), ms).unref();
  }

  /** Lets go of the engine, which then lives by its lease, without a further word to the listener. */
  dispose(): void {
    this.#over = true;
    this.#link?.dispose();
  }

  async #follow(): Promise<void> {
    let heardAt = performance.now();
    while (!this.#over) {
      const endpoint = await readEndpoint(this.#session);
      let pause = LOOK_MS;
      if (endpoint !== null && endpoint.startedAt !== this.#after && !this.#isOver()) {
        this.#endpoint = endpoint;
        const { reached, welcomed } = await this.#connect(endpoint);
        if (reached) heardAt = performance.now();
        if (reached && !welcomed) pause = LOOK_AGAIN_MS;
      }
      const cause = await this.#deathAfter(performance.now() - heardAt);
      if (cause !== null) this.#end(cause);
      else await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  /** Asked by a name of its own, for the field may have changed during an `await`. */
  #isOver(): boolean {
    return this.#over;
  }

  /** Resolves when the connection has come to its end. */
  #connect({ address, linkVersion }: Endpoint): Promise<LinkClosed> {
    const { secret } = this.#session.launch;
    const listener = this.#listener;
    return new Promise((resolve) => {
      this.#link = new EngineLink(
        { address, secret, lease: this.#lease(), version: greetingVersion(linkVersion) },
        {
          onReached: () => (this.#reached = true),
          onWelcome: (welcome) => listener.onWelcome(welcome),
          onStatus: (status) => listener.onStatus(status),
          onEvent: (event) => listener.onEvent(event),
          onClosed: (closed) => {
            this.#link = null;
            if (closed.reached) listener.onLost(closed.reason);
            resolve(closed);
          },
        },
      );
    });
  }

  /** How it is known that an engine is gone of which nothing was heard for `silence` milliseconds; null where it may be there. */
  async #deathAfter(silence: number): Promise<string | null> {
    // The end of a process started here is told by the system.
    if (this.#child !== null) return null;
    if ((await readEnd(this.#session)) !== null || (await readSession(this.#session.dir)) === null)
      return 'it has ended';
    if (this.#endpoint === null) return silence > START_LIMIT_MS ? 'it never began to listen' : null;
    if (!isAlive(this.#endpoint.pid)) return 'its process is gone';
    return silence > REFUSED_MS ? 'nothing listens at its address' : null;
  }

  #end(cause: string): void {
    if (this.#over) return;
    this.dispose();
    this.#listener.onGone(cause);
  }
}

function start(session: Session, { path, electron }: NodeRuntime): StartedEngine {
  return startEngine({
    node: path,
    electron,
    door: engineDoor('main'),
    sessionDir: session.dir,
    environment: process.env,
    outputFile: outputFile(session),
  });
}

function causeOf({ code, signal, startFailure }: EngineExit): string {
  if (startFailure !== null) return `it could not be started: ${startFailure}`;
  return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
}
