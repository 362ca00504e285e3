/** The clusters that runs of this workspace were computed on, newest first, to be chosen again. Tokens are elsewhere: among the editor's secrets. */
import { z } from 'zod';

const knownSchema = z.object({
  address: z.string(),
  /** Of an hour there; null where nobody said. */
  price: z.object({ perHour: z.number().nonnegative(), currency: z.string().nullable() }).nullable(),
});
export type KnownCluster = z.output<typeof knownSchema>;
export type ClusterPrice = NonNullable<KnownCluster['price']>;

/** Where they are kept; what comes from there is parsed. */
export interface ClustersMemory {
  clusters: unknown;
}

/** More are no list to choose from. */
const MAX_CLUSTERS = 10;

export class KnownClusters {
  readonly #memory: ClustersMemory;

  constructor(memory: ClustersMemory) {
    this.#memory = memory;
  }

  get all(): readonly KnownCluster[] {
    return z.array(knownSchema).safeParse(this.#memory.clusters).data ?? [];
  }

  price(address: string): ClusterPrice | null {
    return this.all.find((known) => known.address === address)?.price ?? null;
  }

  /** Puts it in front. @returns addresses for which there is no place any more */
  keep(address: string, price: ClusterPrice | null = this.price(address)): string[] {
    const clusters = [{ address, price }, ...this.#without(address)];
    this.#memory.clusters = clusters.slice(0, MAX_CLUSTERS);
    return clusters.slice(MAX_CLUSTERS).map((known) => known.address);
  }

  forget(address: string): void {
    this.#memory.clusters = this.#without(address);
  }

  #without(address: string): readonly KnownCluster[] {
    return this.all.filter((known) => known.address !== address);
  }
}

/** `2.50 EUR` as a person writes it; null where it is empty, undefined where it is no price. */
export function parsePrice(text: string): ClusterPrice | null | undefined {
  if (text.trim() === '') return null;
  const [, amount = '', currency] = /^\s*(\d+(?:\.\d+)?)(?:\s+(\S{1,10}))?\s*$/.exec(text) ?? [];
  return amount === '' ? undefined : { perHour: Number(amount), currency: currency ?? null };
}

export function formatPrice(price: ClusterPrice | null): string {
  return price === null ? '' : `${price.perHour}${price.currency === null ? '' : ` ${price.currency}`}`;
}

/** As `--set` takes them. */
export function priceOverrides(price: ClusterPrice | null): string[] {
  if (price === null) return [];
  const currency = price.currency === null ? [] : [`cost.currency=${JSON.stringify(price.currency)}`];
  return [`cost.perHour=${price.perHour}`, ...currency];
}
