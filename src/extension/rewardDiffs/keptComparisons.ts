/** What it takes to make comparisons again after "Reload Window": not what they came to, which an engine tells in a moment. */
import { z } from 'zod';

const originSchema = z.discriminatedUnion('kind', [
  /** Reward code as it is now, against these texts of before it was saved. */
  z.object({ kind: z.literal('save'), texts: z.array(z.object({ path: z.string(), text: z.string() })) }),
  /** The rewards that another run keeps, against what was recorded. */
  z.object({ kind: z.literal('run'), rewardsOf: z.string() }),
]);
/** Which two versions a comparison is of. */
export type ComparisonOrigin = z.output<typeof originSchema>;

const keptSchema = z.object({ runDir: z.string(), title: z.string(), origin: originSchema });
export type KeptComparison = z.output<typeof keptSchema>;

/** Where they are kept; what comes from there is parsed. */
export interface ComparisonsMemory {
  comparisons: unknown;
}

/** Of the runs that were compared last. */
const MAX_KEPT = 5;
/** UTF-16 units of a comparison's texts: an editor's memory is no place for bundles. */
const MAX_TEXT = 2 ** 18;

export class KeptComparisons {
  readonly #memory: ComparisonsMemory;

  constructor(memory: ComparisonsMemory) {
    this.#memory = memory;
  }

  get(runDir: string): KeptComparison | null {
    return this.#all().find((kept) => kept.runDir === runDir) ?? null;
  }

  /** In the place of the run's older one. One whose texts are too long is not kept. */
  keep(kept: KeptComparison): void {
    const others = this.#all().filter(({ runDir }) => runDir !== kept.runDir);
    this.#memory.comparisons = [...(lengthOf(kept) > MAX_TEXT ? [] : [kept]), ...others].slice(0, MAX_KEPT);
  }

  /** Returns whether there was one. */
  forget(runDir: string): boolean {
    const all = this.#all();
    const others = all.filter((kept) => kept.runDir !== runDir);
    if (others.length === all.length) return false;
    this.#memory.comparisons = others;
    return true;
  }

  #all(): readonly KeptComparison[] {
    return z.array(keptSchema).safeParse(this.#memory.comparisons).data ?? [];
  }
}

function lengthOf({ origin }: KeptComparison): number {
  return origin.kind === 'save' ? origin.texts.reduce((sum, { text }) => sum + text.length, 0) : 0;
}
