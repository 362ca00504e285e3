/** The policy as generation sees it while training changes it. */
import { frozenParameters } from '../model/parameters.ts';
import { policyFeeds } from '../model/policy.ts';
import type { QuantizedWeights } from '../model/quantizedWeights.ts';
import type { GenerateRequest } from '../protocol/compute.ts';
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
 *
 * Where rollouts are sampled from a base in few bits, evaluations are not: what is measured is the policy that is saved. Only one of the two
 * has sessions at a time.
 */
export class RolloutPolicy {
  readonly #exact: GeneratorOptions;
  /** Of a base in few bits; null where all weights are float32. */
  readonly #quantized: (() => Promise<GeneratorOptions>) | null;
  readonly #rebuilt: boolean;
  #open: { readonly options: GeneratorOptions; readonly generator: Generator } | null = null;

  constructor(
    { current, weights }: LoadedPolicy,
    options: Pick<GeneratorOptions, 'tokenizer' | 'eosTokenIds' | 'providers' | 'threads' | 'seed'>,
    { quantized = null, rebuildBytes = REBUILD_BYTES }: RolloutPolicyOptions = {},
  ) {
    this.#rebuilt = weights !== null && weights.bytes >= rebuildBytes;
    const fed = { ...current, ...options, feeds: () => policyFeeds(current) };
    this.#exact =
      weights && this.#rebuilt
        ? {
            ...fed,
            parameters: frozenParameters(weights.references),
            weightsInMemory: weights.file,
            feeds: () => ({}),
          }
        : fed;
    this.#quantized =
      quantized &&
      once(async () => {
        const { weights: kept, ...base } = await quantized();
        return { ...fed, ...base, parameters: frozenParameters(kept) };
      });
  }

  async generator(purpose: GenerateRequest['purpose']): Promise<Generator> {
    const options = purpose === 'rollout' && this.#quantized ? await this.#quantized() : this.#exact;
    if (this.#open?.options !== options) {
      await this.release();
      this.#open = { options, generator: new Generator(options) };
    }
    return this.#open.generator;
  }

  /** To be called before the weights change. */
  async weightsChange(): Promise<void> {
    if (this.#rebuilt) await this.release();
    else this.#open?.generator.forgetPrompts();
  }

  /** Frees sessions and memory; the next call makes them anew. */
  async release(): Promise<void> {
    await this.#open?.generator.release();
    this.#open = null;
  }
}

interface RolloutPolicyOptions {
  /** Asked for at the first rollout, and not by who only evaluates. */
  readonly quantized?: (() => Promise<QuantizedWeights>) | null;
  /** In place of the measured bound. */
  readonly rebuildBytes?: number;
}

/** The same promise each time; another one after it failed. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return async () => {
    made ??= make();
    try {
      return await made;
    } catch (error) {
      made = null;
      throw error;
    }
  };
}
