/** Keys of servers: the editor keeps each among its secrets, by its address, and an engine is told it with the question that needs it. */
import type { ServerModelsReply } from '../../engine/protocol/serverRequests.ts';
import { isLocal } from '../../engine/protocol/apiAddress.ts';
import type { KnownServers } from './knownServers.ts';

/** Of the editor's secrets, what is needed of them. */
export interface Secrets {
  get(name: string): Thenable<string | undefined>;
  store(name: string, value: string): Thenable<void>;
  delete(name: string): Thenable<void>;
}

const nameOf = (address: string): string => `rlvr.serverKey ${address}`;

/** null where none is stored; '' where the person has said that none is needed. */
export async function serverKey(secrets: Secrets, address: string): Promise<string | null> {
  return (await secrets.get(nameOf(address))) ?? null;
}

/** The address is remembered with its key: who sees it in the list can change and remove the key. */
export async function storeServerKey(
  known: KnownServers,
  secrets: Secrets,
  address: string,
  key: string,
): Promise<void> {
  const dropped = known.add(address);
  await secrets.store(nameOf(address), key);
  await forgetServerKeys(secrets, dropped);
}

export async function forgetServerKeys(secrets: Secrets, addresses: readonly string[]): Promise<void> {
  for (const address of addresses) await secrets.delete(nameOf(address));
}

export interface Entering {
  /** Whether the person wants to give another key than the one that is stored. */
  readonly changesKey: boolean;
  /** @param refused what the server said of the one that it was sent. Resolves with null where the person gives up, '' where none is needed */
  readonly askForKey: (refused: string | null) => Promise<string | null>;
  /** Resolves with null where the person stops it. */
  readonly list: (key: string | null) => Promise<ServerModelsReply | null>;
}

export interface Entered {
  readonly models: readonly string[];
  /** null where the server wants none. */
  readonly key: string | null;
}

/**
 * Asks a server for its models, and the person for its key where it needs one. A key is stored when the server has taken it, and not before:
 * one that it cannot take would be in the way the next time.
 * @returns null where the person gave up
 * @throws UserError where the server cannot be asked
 */
export async function enterServer(
  address: string,
  known: KnownServers,
  secrets: Secrets,
  { changesKey, askForKey, list }: Entering,
): Promise<Entered | null> {
  const stored = await serverKey(secrets, address);
  let key = stored;
  // Some services tell everybody their models, and want a key for all else.
  if (changesKey || (stored === null && !isLocal(address))) {
    key = await askForKey(null);
    if (key === null) return null;
  }
  for (;;) {
    const sent = key === '' ? null : key;
    const reply = await list(sent);
    if (reply === null) return null;
    if (reply.refused === null) {
      if (key !== null && key !== stored) await storeServerKey(known, secrets, address, key);
      return { models: reply.models, key: sent };
    }
    key = await askForKey(reply.refused);
    if (key === null) return null;
  }
}
