/** The editor's end of the link, for tests: says anything, keeps all that it hears. */
import { connect, type Socket } from 'node:net';
import type { EngineEvent } from '../../src/engine/protocol/events.ts';
import { encodeFrame, FrameDecoder, type FrameArray } from '../../src/engine/protocol/frames.ts';
import { parseFromEngine } from '../../src/engine/protocol/fromEngine.ts';
import { LINK_VERSION, type FromEngine, type LinkRequest, type ToEngine } from '../../src/engine/protocol/link.ts';
import { endpointOf, LEASE, SECRET, type EngineSession } from './engineSession.ts';

export const HELLO: Extract<ToEngine, { type: 'hello' }> = {
  type: 'hello',
  version: LINK_VERSION,
  secret: SECRET,
  lease: LEASE,
};

export interface Heard {
  readonly message: FromEngine;
  readonly arrays: readonly FrameArray[];
}

export class Client {
  readonly heard: Heard[] = [];
  readonly socket: Socket;
  /** Resolves when the connection is over. */
  readonly closed: Promise<void>;
  #listeners: (() => void)[] = [];
  #over = false;
  #nextId = 1;

  constructor(socket: Socket) {
    this.socket = socket;
    const decoder = new FrameDecoder({
      onFrame: ({ message, arrays }) => {
        const parsed = parseFromEngine(message);
        if (parsed === null) throw new Error(`the engine said ${JSON.stringify(message)}`);
        this.heard.push({ message: parsed, arrays });
        this.#tell();
      },
      onFailure: (reason) => {
        throw new Error(reason);
      },
    });
    socket.on('data', (chunk) => decoder.push(chunk));
    // An engine that drops us does so in any way it likes.
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#over = true;
        this.#tell();
        resolve();
      });
    });
  }

  /** A connection that has said nothing yet. */
  static async silent(session: Pick<EngineSession, 'dir' | 'pid'>): Promise<Client> {
    const { address } = await endpointOf(session);
    const socket = connect(address);
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new Client(socket);
  }

  /** A connection that was welcomed. */
  static async welcome(session: Pick<EngineSession, 'dir' | 'pid'>, hello: ToEngine = HELLO): Promise<Client> {
    const client = await Client.silent(session);
    client.send(hello);
    await client.until(({ type }) => type === 'welcome');
    return client;
  }

  /** Sends any message. */
  send(message: unknown): void {
    this.socket.write(encodeFrame(message));
  }

  say(message: ToEngine): void {
    this.send(message);
  }

  get messages(): readonly FromEngine[] {
    return this.heard.map(({ message }) => message);
  }

  get events(): readonly EngineEvent[] {
    return this.messages.flatMap((message) => (message.type === 'event' ? [message.event] : []));
  }

  /** Resolves with the first message, of those heard and those to come, that is meant. Rejects where the connection is over before. */
  async until(meant: (message: FromEngine) => boolean): Promise<Heard> {
    for (;;) {
      const found = this.heard.find(({ message }) => meant(message));
      if (found) return found;
      if (this.#over)
        throw new Error(`the connection is over; the engine had said ${JSON.stringify(this.messages.slice(-5))}`);
      await new Promise<void>((resolve) => this.#listeners.push(resolve));
    }
  }

  untilEvent(meant: (event: EngineEvent) => boolean): Promise<Heard> {
    return this.until((message) => message.type === 'event' && meant(message.event));
  }

  untilState(state: string): Promise<Heard> {
    return this.until((message) => message.type === 'status' && message.status.state === state);
  }

  /** Asks, and resolves with what came back. */
  ask(request: LinkRequest): Promise<Heard> {
    const id = this.#nextId++;
    this.say({ type: 'request', id, request });
    return this.until((message) => (message.type === 'reply' || message.type === 'failure') && message.id === id);
  }

  #tell(): void {
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
  }
}
