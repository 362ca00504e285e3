/** One editor at the other end of a socket. Whatever it sends or fails to read, the engine goes on. */
import type { Socket } from 'node:net';
import { z } from 'zod';
import { encodeFrame, FrameDecoder, MAX_FRAME_BYTES, MAX_GREETING_BYTES, type FrameArray } from '../protocol/frames.ts';
import { LINK_VERSION, toEngineSchema, type FromEngine, type Lease, type ToEngine } from '../protocol/link.ts';
import { greet } from './handshake.ts';

/** Bytes that may wait for an editor to read them; one that is so far behind is better off connecting anew. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** What an editor may ask after its hello. */
export type Order = Exclude<ToEngine, { type: 'hello' }>;

export interface ConnectionOwner {
  readonly secret: string;
  /** Milliseconds within which a connection must have said hello. */
  readonly helloMs: number;
  /** An editor has said hello. */
  onWelcome(connection: Connection, lease: Lease): void;
  onOrder(connection: Connection, order: Order): void;
  /** Called once, whether or not it ever said hello. */
  onClose(connection: Connection): void;
}

/** A request of a version that this engine does not know must not wait for ever for its answer. */
const anyRequest = z.object({ type: z.literal('request'), id: z.int() });

const UNKNOWN_REQUEST = 'This engine is of another version and does not know that request.';
const OLDER_WINDOW =
  'This engine is of a newer version of RLVR-Ops than this window and does not answer that to it. Reload the window (Developer: Reload Window); the run goes on.';

export class Connection {
  readonly #socket: Socket;
  readonly #owner: ConnectionOwner;
  readonly #decoder: FrameDecoder;
  readonly #helloTimer: NodeJS.Timeout;
  /** In which it has said a right hello; null before. */
  #version: number | null = null;

  constructor(socket: Socket, owner: ConnectionOwner) {
    this.#socket = socket;
    this.#owner = owner;
    this.#decoder = new FrameDecoder(
      { onFrame: ({ message }) => this.#receive(message), onFailure: () => socket.destroy() },
      MAX_GREETING_BYTES,
    );
    this.#helloTimer = setTimeout(() => socket.destroy(), owner.helloMs);
    socket.on('data', (chunk) => this.#decoder.push(chunk));
    // What is wrong with a connection ends it; `close` follows.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(this.#helloTimer);
      owner.onClose(this);
    });
  }

  /** It has said a right hello. */
  get welcome(): boolean {
    return this.#version !== null;
  }

  /** The version of the protocol that is spoken on it. */
  get version(): number {
    return this.#version ?? LINK_VERSION;
  }

  send(message: FromEngine, arrays: readonly FrameArray[] = []): void {
    if (this.#socket.destroyed || !this.#socket.writable) return;
    if (this.#socket.writableLength > MAX_WAITING_BYTES) this.#socket.destroy();
    else this.#socket.write(encodeFrame(message, arrays));
  }

  /** Ends the connection behind what was sent; resolves when all of it has been handed over, or never will be. */
  end(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.once('close', () => resolve());
      this.#socket.end(() => resolve());
      if (this.#socket.destroyed) resolve();
    });
  }

  #receive(message: unknown): void {
    // Frames that came in one piece with one that ended the connection.
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    if (!this.welcome) {
      this.#greet(message);
      return;
    }
    const order = toEngineSchema.safeParse(message);
    if (order.success && (order.data.type !== 'request' || this.version === LINK_VERSION)) {
      // A second hello says nothing new.
      if (order.data.type !== 'hello') this.#owner.onOrder(this, order.data);
      return;
    }
    const request = anyRequest.safeParse(message);
    if (request.success)
      this.send({
        type: 'failure',
        id: request.data.id,
        message: this.version === LINK_VERSION ? UNKNOWN_REQUEST : OLDER_WINDOW,
      });
  }

  #greet(message: unknown): void {
    const greeting = greet(message, this.#owner.secret);
    switch (greeting.kind) {
      case 'accepted':
        clearTimeout(this.#helloTimer);
        this.#version = greeting.version;
        this.#decoder.maxBytes = MAX_FRAME_BYTES;
        this.#owner.onWelcome(this, greeting.lease);
        return;
      case 'refused':
        this.send({ type: 'refused', message: greeting.message });
        this.#socket.end();
        return;
      case 'stranger':
        this.#socket.destroy();
        return;
    }
  }
}
