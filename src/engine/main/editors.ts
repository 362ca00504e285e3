/** The editors that are connected to this engine. */
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { FromEngine } from '../protocol/link.ts';
import { Connection, type ConnectionOwner } from './connection.ts';

/** Windows of one user, with room for those that are just being dropped. */
const MAX_CONNECTIONS = 32;

/** Milliseconds that an engine which is about to end waits for its editors to take its last words. */
const LAST_WORDS_MS = 150;

export type EditorsOwner = Omit<ConnectionOwner, 'onClose'> & {
  /** An editor that had been welcomed is gone; `left` others are there. */
  onLeave(left: number, connection: Connection): void;
};

export class Editors {
  readonly #address: string;
  readonly #owner: EditorsOwner;
  readonly #connections = new Set<Connection>();
  readonly #server: Server;

  constructor(address: string, owner: EditorsOwner) {
    this.#address = address;
    this.#owner = owner;
    this.#server = createServer((socket) => {
      const connection = new Connection(socket, {
        ...owner,
        onClose: (closed) => this.#remove(closed),
      });
      this.#connections.add(connection);
    });
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** Resolves when editors can connect. */
  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#address, resolve);
    });
  }

  /** To each that has said hello. */
  tell(message: FromEngine): void {
    for (const connection of this.#connections) if (connection.welcome) connection.send(message);
  }

  /** Ends every connection behind what was said, and the address; resolves soon, whatever the editors do. */
  async close(): Promise<void> {
    this.#server.close();
    // The server removes its socket too, but not before the last connection is gone.
    if (process.platform !== 'win32') rmSync(this.#address, { force: true });
    const ended = Promise.all([...this.#connections].map((connection) => connection.end()));
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS))]);
  }

  #remove(connection: Connection): void {
    this.#connections.delete(connection);
    if (!connection.welcome) return;
    this.#owner.onLeave([...this.#connections].filter(({ welcome }) => welcome).length, connection);
  }
}
