/** The servers whose models were evaluated, newest first, to be chosen again. Keys are elsewhere: among the editor's secrets. */
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

  keep(address: string, name: string, prices: TokenPrices | null): void {
    const others = this.models(address).filter((model) => model.name !== name);
    const models = [{ name, prices }, ...others].slice(0, MAX_MODELS);
    this.#memory.servers = [{ address, models }, ...this.#without(address)].slice(0, MAX_SERVERS);
  }

  forget(address: string): void {
    this.#memory.servers = this.#without(address);
  }

  #without(address: string): readonly KnownServer[] {
    return this.all.filter((known) => known.address !== address);
  }
}
