/**
 * Low-rank adapters (LoRA, arXiv:2106.09685) in symbolic graphs: y = x W + scale (x A^T) B^T with A `[rank, in]`, B `[out, rank]`;
 * the scale is alpha / rank, or alpha / sqrt(rank) when rank-stabilised (arXiv:2312.03732).
 */
import type { Graph, Value } from '../onnx/graph.ts';
import { add, after, cast, lessOrEqual, matmul, mod, mul, reshape } from '../onnx/operations.ts';
import { dimAt } from '../onnx/shape.ts';
import type { LinearSpec } from './architecture.ts';

/** The shape of an adapter: which modules it changes, and how. */
export interface AdapterLayout {
  readonly modules: ReadonlyMap<string, AdapterModule>;
  readonly dropout: number;
}

export interface AdapterModule {
  readonly rank: number;
  readonly scale: number;
  readonly inFeatures: number;
  readonly outFeatures: number;
}

export const loraA = (module: string): string => `${module}.lora_A.weight`;
export const loraB = (module: string): string => `${module}.lora_B.weight`;

/** Adds a module's low-rank term to its output, where the adapter has one. `dropout` is null outside training. */
export function addLora(
  x: Value,
  y: Value,
  spec: LinearSpec,
  adapter: AdapterLayout,
  dropout: TokenDropout | null,
): Value {
  const lora = adapter.modules.get(spec.module);
  if (!lora) return y;
  const { graph } = x;
  const a = graph.input(loraA(spec.module), 'float32', [lora.rank, spec.inFeatures]);
  const b = graph.input(loraB(spec.module), 'float32', [spec.outFeatures, lora.rank]);
  const kept = dropout ? dropout.apply(x, [...adapter.modules.keys()].indexOf(spec.module)) : x;
  const low = mul(matmul(kept, a, { transB: true }), lora.scale);
  return add(y, matmul(low, b, { transB: true }));
}

/** Modulus of the hash below: a prime (2^31 - 1) whose residues' products fit in int64 with room for a sum. */
const PRIME = 2_147_483_647;

/**
 * Dropout whose mask is a function of a random key per token and a constant per feature, computed in the graph: the same for a token
 * in whatever micro-batch it stands, and again when a run is resumed. The hash of
 * key k and constant c is ((k c)^2 + c) (k c) modulo a prime, uniform enough for a coin and not linear in either.
 */
export class TokenDropout {
  readonly #keys: Value;
  readonly #keep: number;

  /** `keys`: int64 `[tokens]`, uniform in 1 .. 2^31 - 2. */
  constructor(keys: Value, dropout: number) {
    this.#keys = keys;
    this.#keep = 1 - dropout;
  }

  /** x `[tokens, features]` with elements zeroed with the dropout's probability and the others divided by what is kept. */
  apply(x: Value, site: number): Value {
    const features = dimAt('dropout', x.shape, -1);
    if (typeof features !== 'number') throw new Error('dropout needs a fixed number of features');
    const constants = featureConstants(x.graph, site, features);
    // As a consequence of x the mask is computed a second time with it, in place of being kept for the gradient (`gradientCheckpointing`).
    const keys = reshape(after(this.#keys, x), [dimAt('dropout', this.#keys.shape, 0), 1]);
    const mixed = mod(mul(keys, constants), PRIME);
    const hash = mod(mul(mod(add(mul(mixed, mixed), constants), PRIME), mixed), PRIME);
    const mask = cast(lessOrEqual(hash, Math.floor(this.#keep * PRIME)), 'float32');
    return mul(x, mul(mask, 1 / this.#keep));
  }
}

/** A residue per module and feature, from a linear congruential sequence that each module starts elsewhere. */
function featureConstants(graph: Graph, site: number, features: number): Value {
  const constants = new BigInt64Array(features);
  let state = BigInt(site + 1) * 48_271n;
  for (let feature = 0; feature < features; feature++) {
    state = (state * 1_132_489_760n + 12_345n) % BigInt(PRIME);
    constants[feature] = state === 0n ? 1n : state;
  }
  return graph.constant('int64', [1, features], constants);
}
