/** The policy as generation sees it while training changes it. */
import { frozenParameters } from '../model/parameters.ts';
import { policyFeeds } from '../model/policy.ts';
import { Generator, type GeneratorOptions } from '../rollout/generator.ts';
import type { LoadedPolicy } from './openPolicy.ts';

/**
 * From this size on, sessions are made anew after every update of all weights. Measured at GPT-2's 498 MB on two busy cores: a decode
 * step of 8 rows takes 310 to 440 ms with weights fed and 34 to 150 ms with weights repacked by the session, and making the session
 * about as long as 12 steps. Below it, as for the demo's 1 MB, the products are so small that repacking gains nothing.
 */
const REBUILD_BYTES = 32e6;

/**
 * An adapter, and weights that are small, are fed at every run to sessions that stay. Large weights become constants of sessions that
 * are given up before the next update, so that their copy does not stand beside the memory of a training step.
 */
export class RolloutPolicy {
  readonly #options: GeneratorOptions;
  readonly #rebuilt: boolean;
  #generator: Generator | null = null;

  constructor(
    { current, weights }: LoadedPolicy,
    options: Pick<GeneratorOptions, 'tokenizer' | 'eosTokenIds' | 'providers' | 'threads' | 'seed'>,
    rebuildBytes = REBUILD_BYTES,
  ) {
    this.#rebuilt = weights !== null && weights.bytes >= rebuildBytes;
    this.#options =
      weights && this.#rebuilt
        ? {
            ...current,
            ...options,
            parameters: frozenParameters(weights.references),
            weightsInMemory: weights.file,
            feeds: () => ({}),
          }
        : { ...current, ...options, feeds: () => policyFeeds(current) };
  }

  generator(): Generator {
    return (this.#generator ??= new Generator(this.#options));
  }

  /** To be called before the weights change. */
  async weightsChange(): Promise<void> {
    if (!this.#rebuilt) return;
    await this.#generator?.release();
    this.#generator = null;
  }
}
