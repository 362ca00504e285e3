/** Whoever listens to a request for completions, told by several who each answer a share of it. */
import type { GeneratedGroup } from '../../protocol/compute.ts';
import type { Listener } from '../compute.ts';
import type { GenerateShare } from './shares.ts';

export class SharedListener {
  readonly #shares: readonly GenerateShare[];
  readonly #listener: Listener;
  /** Of each share. */
  readonly #progress: { done: number; total: number }[];
  /** Places of groups in the whole request. */
  readonly #told = new Set<number>();

  constructor(shares: readonly GenerateShare[], listener: Listener) {
    this.#shares = shares;
    this.#listener = listener;
    // Before a share is begun: the most that it can be.
    this.#progress = shares.map(({ request }) => ({
      done: 0,
      total: request.maxCompletionLength * request.groups.reduce((sum, { keys }) => sum + keys.length, 0),
    }));
  }

  /** For who answers this share. */
  of(share: number): Required<Listener> {
    return {
      onProgress: (done, total) => {
        this.#progress[share] = { done, total };
        const sum = (part: 'done' | 'total'): number => this.#progress.reduce((all, one) => all + one[part], 0);
        this.#listener.onProgress?.(sum('done'), sum('total'));
      },
      onGroup: (generated) => this.#tell(share, generated),
    };
  }

  /** Once, though a share that was lost is begun anew: the same groups are the same bytes. */
  #tell(share: number, { group, completions }: GeneratedGroup): void {
    const place = this.#shares[share]?.groups[group];
    if (place === undefined) throw new RangeError(`share ${share} has no group ${group}`);
    if (this.#told.has(place)) return;
    this.#told.add(place);
    this.#listener.onGroup?.({ group: place, completions });
  }
}
