/** One connection to an engine. */
import { connect, type Socket } from 'node:net';
import { NoAccessError, UserError } from '../../engine/protocol/errors.ts';
import type { EngineEvent } from '../../engine/protocol/events.ts';
import {
  encodeFrame,
  FrameDecoder,
  MAX_FRAME_BYTES,
  type Frame,
  type FrameArray,
} from '../../engine/protocol/frames.ts';
import {
  LINK_VERSION,
  type EngineStatus,
  type FromEngine,
  type Lease,
  type LinkReply,
  type LinkRequest,
  type RequestProgress,
  type ToEngine,
} from '../../engine/protocol/link.ts';
import type { Disposable } from '../common/disposable.ts';
import { parseFromEngine } from '../../engine/protocol/fromEngine.ts';

export type Welcome = Extract<FromEngine, { type: 'welcome' }>;

export interface LinkListener {
  /** Something listens at the address. */
  onReached(): void;
  /** The engine has said who it is; comes once, before all that follows. */
  onWelcome(welcome: Welcome): void;
  onStatus(status: EngineStatus): void;
  onEvent(event: EngineEvent): void;
  /** Comes last and once, but not after `dispose`. */
  onClosed(closed: LinkClosed): void;
}

export interface LinkClosed {
  /** Whether anything listened at the address at all, and whether it was an engine that let us in. */
  readonly reached: boolean;
  readonly welcomed: boolean;
  readonly reason: string;
}

export interface LinkTarget {
  readonly address: string;
  readonly secret: string;
  readonly lease: Lease;
  /** Of the protocol, in which it is greeted: see `greetingVersion`. */
  readonly version: number;
}

/** An answer, and the arrays that belong to it. */
export interface Answer {
  readonly reply: LinkReply;
  readonly arrays: readonly FrameArray[];
}

/** For what takes long. */
export interface Patience<Progress = RequestProgress> {
  readonly onProgress: (progress: Progress) => void;
  /** Aborted, the engine is told that nobody waits any more, and the question fails. */
  readonly signal: AbortSignal;
}

/** Puts a question to an engine. Rejects with UserError where it is not answered. */
export type Ask = (request: LinkRequest, patience?: Partial<Patience>) => Promise<Answer>;

interface Waiting extends Partial<Pick<Patience, 'onProgress'>> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** A path, a status and a sentence; what is at the address has not yet shown that it is an engine. */
const MAX_WELCOME_BYTES = 64 * 1024;

export class EngineLink implements Disposable {
  readonly #socket: Socket;
  readonly #listener: LinkListener;
  readonly #waiting = new Map<number, Waiting>();
  readonly #decoder: FrameDecoder;
  readonly #version: number;
  /** Of RLVR-Ops, as it said; null before. */
  #engineVersion: string | null = null;
  #nextId = 1;
  #reached = false;
  #welcomed = false;
  #closed = false;
  #reason = 'the connection was closed';

  /** Connects and says hello; what comes of it is told to the listener. */
  constructor({ address, secret, lease, version }: LinkTarget, listener: LinkListener) {
    this.#listener = listener;
    this.#version = version;
    this.#decoder = new FrameDecoder(
      { onFrame: (frame) => this.#receive(frame), onFailure: (reason) => this.#fail(reason) },
      MAX_WELCOME_BYTES,
    );
    this.#socket = connect({ path: address });
    this.#socket.on('connect', () => {
      this.#reached = true;
      listener.onReached();
      this.#write({ type: 'hello', version, secret, lease });
    });
    this.#socket.on('data', (chunk) => this.#decoder.push(chunk));
    this.#socket.on('error', (error) => (this.#reason = error.message));
    this.#socket.on('close', () => this.#end());
  }

  get welcomed(): boolean {
    return this.#welcomed && !this.#closed;
  }

  /** Says something to the engine; nothing happens before its welcome or after its end. */
  send(message: Exclude<ToEngine, { type: 'hello' }>): void {
    if (this.welcomed) this.#write(message);
  }

  /** Asks the engine. Rejects with UserError where it could not answer, or ended before it did. */
  request(request: LinkRequest, { onProgress, signal }: Partial<Patience> = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (!this.welcomed) {
        reject(new UserError('The engine cannot be reached. Try again.'));
        return;
      }
      if (this.#version !== LINK_VERSION) {
        reject(new UserError(this.#fromBeforeUpdate()));
        return;
      }
      const id = this.#nextId++;
      this.#waiting.set(id, { resolve, reject, ...(onProgress ? { onProgress } : {}) });
      this.#write({ type: 'request', id, request });
      signal?.addEventListener('abort', () => this.#cancel(id), { once: true });
    });
  }

  /** Lets go of the engine, without a further word to the listener. */
  dispose(): void {
    this.#finish();
    // When what was said last is out.
    this.#socket.destroySoon();
  }

  #write(message: ToEngine): void {
    this.#socket.write(encodeFrame(message));
  }

  #receive({ message: head, arrays }: Frame): void {
    const message = parseFromEngine(head);
    if (message === null || this.#closed || this.#socket.destroyed) return;
    if (!this.#welcomed) {
      if (message.type === 'welcome') this.#accept(message);
      else if (message.type === 'refused') this.#fail(message.message);
      return;
    }
    switch (message.type) {
      case 'status':
        this.#listener.onStatus(message.status);
        return;
      case 'event':
        this.#listener.onEvent(message.event);
        return;
      case 'progress':
        this.#waiting.get(message.id)?.onProgress?.(message.progress);
        return;
      case 'reply':
        this.#take(message.id)?.resolve({ reply: message.reply, arrays });
        return;
      case 'failure':
        this.#take(message.id)?.reject(failureOf(message));
        return;
      case 'welcome':
      case 'refused':
      // Said once, at the beginning.
    }
  }

  #accept(welcome: Welcome): void {
    if (welcome.version !== this.#version) {
      this.#fail(`it speaks version ${welcome.version} of the protocol, and was greeted in ${this.#version}`);
      return;
    }
    this.#welcomed = true;
    this.#engineVersion = welcome.engineVersion;
    this.#decoder.maxBytes = MAX_FRAME_BYTES;
    this.#listener.onWelcome(welcome);
  }

  #fromBeforeUpdate(): string {
    return (
      `The engine of this run is of RLVR-Ops ${this.#engineVersion ?? 'another version'}, from before the extension was updated. It goes on, and can be paused and stopped. ` +
      'For what else is asked of it, stop the run and resume it: the engine is then of the new version.'
    );
  }

  #cancel(id: number): void {
    const waiting = this.#take(id);
    if (waiting === undefined) return;
    this.#write({ type: 'cancel', id });
    waiting.reject(new UserError('It was given up.'));
  }

  /** undefined for an answer to nothing that was asked. */
  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #fail(reason: string): void {
    this.#reason = reason;
    this.#socket.destroy();
  }

  #end(): void {
    const closed = { reached: this.#reached, welcomed: this.#welcomed, reason: this.#reason };
    if (this.#finish()) this.#listener.onClosed(closed);
  }

  /** Says whether it had not been finished before. */
  #finish(): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    for (const { reject } of this.#waiting.values()) {
      reject(new UserError('The engine ended before it answered. Try again.'));
    }
    this.#waiting.clear();
    return true;
  }
}

function failureOf({ message, noAccess }: Extract<FromEngine, { type: 'failure' }>): UserError {
  return noAccess === undefined ? new UserError(message) : new NoAccessError(message, noAccess);
}
