/** The servers that are in use, newest first, to be chosen again. Keys are elsewhere: among the editor's secrets. */
import { z } from 'zod';
import type { TokenPrices } from '../../engine/protocol/policyServer.ts';

const price = z.number().nonnegative();
const knownSchema = z.object({
  address: z.string(),
  /** Newest first. */
  models: z.array(z.object({ name: z.string(), prices: z.object({ input: price, output: price }).nullable() })),
});
export type KnownServer = z.output<typeof knownSchema>;

/** Where they are kept; what comes from there is parsed. */
export interface ServersMemory {
  servers: unknown;
}

/** More are no list to choose from. */
const MAX_SERVERS = 10;
const MAX_MODELS = 20;

export class KnownServers {
  readonly #memory: ServersMemory;

  constructor(memory: ServersMemory) {
    this.#memory = memory;
  }

  get all(): readonly KnownServer[] {
    return z.array(knownSchema).safeParse(this.#memory.servers).data ?? [];
  }

  models(address: string): KnownServer['models'] {
    return this.all.find((known) => known.address === address)?.models ?? [];
  }

  /** Remembers a model that was chosen. @returns addresses for which there is no place any more */
  keep(address: string, name: string, prices: TokenPrices | null): string[] {
    const others = this.models(address).filter((model) => model.name !== name);
    return this.#put({ address, models: [{ name, prices }, ...others].slice(0, MAX_MODELS) });
  }

  /** Remembers an address, of which no model may be chosen yet. @returns addresses for which there is no place any more */
  add(address: string): string[] {
    return this.#put({ address, models: this.models(address) });
  }

  forget(address: string): void {
    this.#memory.servers = this.#without(address);
  }

  #put(server: KnownServer): string[] {
    const servers = [server, ...this.#without(server.address)];
    this.#memory.servers = servers.slice(0, MAX_SERVERS);
    return servers.slice(MAX_SERVERS).map(({ address }) => address);
  }

  #without(address: string): readonly KnownServer[] {
    return this.all.filter((known) => known.address !== address);
  }
}
