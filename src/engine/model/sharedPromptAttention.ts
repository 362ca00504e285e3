/**
 * Attention of one new token per row, where rows of a group have their prompt in common. A prompt's keys and values are there once, and
 * the queries of all its rows go over them in one product, as the rows of a matrix; each row's own tokens are apart. The two parts are
 * joined exactly, by their log-sum-exp (as in FlashDecoding and Hydragen, arXiv:2402.05099): softmax over the prompt gives an output o and
 * l = log sum exp(scores), and in the row's own softmax the whole prompt is one more key, of score l and value o.
 */
import type { Value } from '../onnx/graph.ts';
import {
  add,
  and,
  concat,
  expand,
  gather,
  greater,
  less,
  log,
  matmul,
  mul,
  range,
  reduceMax,
  reduceSum,
  reshape,
  softmax,
  split,
  splitLast,
  sub,
  transpose,
  where,
} from '../onnx/operations.ts';
import { dimAt, dimProduct, dimSum, type Dim } from '../onnx/shape.ts';
import type { AttentionSpec } from './architecture.ts';
import { MASKED, rotateStep, scaled } from './attention.ts';

/** Which rows there are, and which prompt each has; the same for all layers. */
export interface SharedPromptRows {
  /** Position of each row's new token, which is the number of tokens before it, int64 `[rows]`. */
  readonly positions: Value;
  /** Tokens that each row has of its own, int64 `[rows]`. */
  readonly ownLengths: Value;
  /** int64 `[prompts]` */
  readonly promptLengths: Value;
  /** The rows of each prompt, filled up with any row, int64 `[prompts, width]`. */
  readonly slots: Value;
  /** Where each row stands in `slots`, counted through all prompts, int64 `[rows]`. */
  readonly places: Value;
  /** Tokens that each row was given in this run beside `ownLengths`, int64 scalar; null where a run has one step. */
  readonly step: Value | null;
}

/** Keys and values `[sequences, keyValueHeads, capacity, headSize]`. */
export interface KeyValues {
  readonly keys: Value;
  readonly values: Value;
}

/** What one layer has cached: of the prompts, of each row after its prompt, and, where a run has several steps, of those before this one. */
export interface SharedPromptCache {
  readonly prompts: KeyValues;
  readonly own: KeyValues;
  readonly chunk: KeyValues | null;
}

/** Output `[rows, heads * headSize]`; the new tokens' keys and values `[rows, keyValueHeads, 1, headSize]`. */
export interface StepAttention extends KeyValues {
  readonly output: Value;
}

export class SharedPromptAttention {
  readonly #rows: SharedPromptRows;
  /** By window and sizes: layers mostly have the same. */
  readonly #masks = new Map<string, Value>();

  constructor(rows: SharedPromptRows) {
    this.#rows = rows;
  }

  /** Attention of q `[rows, heads * headSize]`, k and v `[rows, keyValueHeads * headSize]` over the cache and the new token itself. */
  attend(q: Value, k: Value, v: Value, spec: AttentionSpec, cache: SharedPromptCache): StepAttention {
    const { heads, keyValueHeads, headSize, rotary } = spec;
    const rows = this.#count;
    const byHead = (x: Value, count: number): Value => reshape(x, [rows, count, 1, headSize]);
    const rotate = (x: Value): Value => (rotary ? rotateStep(x, rotary, this.#rows.positions, rows) : x);
    const grouped = [rows, keyValueHeads, heads / keyValueHeads, headSize];
    const queries = reshape(scaled(rotate(byHead(q, heads)), spec), grouped);
    const keys = rotate(byHead(k, keyValueHeads));
    const values = byHead(v, keyValueHeads);
    const prompt = this.#overPrompts(queries, spec, cache.prompts);
    const parts = [
      { ...cache.own, mask: this.#ownMask(capacityOf(cache.own), spec.window) },
      ...(cache.chunk ? [{ ...cache.chunk, mask: this.#chunkMask(capacityOf(cache.chunk), spec.window) }] : []),
    ];
    const past = parts.map((part) => add(matmul(queries, part.keys, { transB: true }), part.mask));
    const itself = reduceSum(mul(queries, keys), [-1], true);
    const capacities = parts.map(capacityOf);
    const capacity = capacities.reduce((sum, size) => dimSum(sum, size));
    const weights = splitLast(softmax(concat([...past, itself, prompt.logSum], -1)), dimSum(capacity, 1));
    const own = splitLast(weights.head, capacity);
    const overParts = split(own.head, -1, capacities).map((weight, part) =>
      matmul(weight, parts[part]?.values ?? values),
    );
    const attended = add(add(overParts.reduce(add), mul(own.last, values)), mul(weights.last, prompt.output));
    return { output: reshape(attended, [rows, heads * headSize]), keys, values };
  }

  get #count(): Dim {
    return dimAt('attention', this.#rows.positions.shape, 0);
  }

  /** Each row's `output` `[rows, keyValueHeads, grouped, headSize]` over its prompt alone, and `logSum` `[rows, keyValueHeads, grouped, 1]`. */
  #overPrompts(
    queries: Value,
    { heads, keyValueHeads, headSize, window }: AttentionSpec,
    { keys, values }: KeyValues,
  ): { readonly output: Value; readonly logSum: Value } {
    const { slots, places } = this.#rows;
    const [prompts = 0, width = 0] = slots.shape;
    const rows = this.#count;
    const grouped = heads / keyValueHeads;
    const ofPrompt = [prompts, keyValueHeads, dimProduct([width, grouped])];
    const gathered = gather(reshape(queries, [rows, heads * headSize]), slots);
    const bySlot = transpose(reshape(gathered, [prompts, width, keyValueHeads, grouped * headSize]), [0, 2, 1, 3]);
    const products = matmul(reshape(bySlot, [...ofPrompt, headSize]), keys, { transB: true });
    const scores = add(products, this.#promptMask(dimAt('attention', keys.shape, 2), grouped, window));
    const weights = softmax(scores);
    // max(scores) - log(max(weights)): the one weight that cannot be rounded to nothing tells what the softmax divided by.
    const logSum = sub(reduceMax(scores, [-1], true), log(reduceMax(weights, [-1], true)));
    const both = concat([matmul(weights, values), logSum], -1);
    const feature = grouped * (headSize + 1);
    const byRow = transpose(reshape(both, [prompts, keyValueHeads, width, feature]), [0, 2, 1, 3]);
    const found = gather(reshape(byRow, [dimProduct([prompts, width]), keyValueHeads, feature]), places);
    const { head, last } = splitLast(reshape(found, [rows, keyValueHeads, grouped, headSize + 1]), headSize);
    return { output: head, logSum: last };
  }

  /** `[rows, 1, 1, capacity]`: 0 for what the new token sees of its row's own tokens, else far below 0. */
  #ownMask(capacity: Dim, window: number | null): Value {
    return this.#once(`own ${window} ${capacity}`, () => {
      const { ownLengths, step } = this.#rows;
      const length = reshape(ownLengths, [this.#count, 1, 1, 1]);
      return visible(placesOf(length, capacity), length, step ? add(length, step) : length, window);
    });
  }

  /** The same of the steps of this run, `[1, 1, 1, capacity]`. */
  #chunkMask(capacity: Dim, window: number | null): Value {
    return this.#once(`chunk ${window} ${capacity}`, () => {
      const { step } = this.#rows;
      if (!step) throw new Error('a chunk is of a run that counts its steps');
      return visible(placesOf(step, capacity), step, step, window);
    });
  }

  /** The same of prompts, `[prompts, 1, 1 or width * grouped, capacity]`. */
  #promptMask(capacity: Dim, grouped: number, window: number | null): Value {
    return this.#once(`prompts ${window} ${grouped} ${capacity}`, () => {
      const { promptLengths, positions, slots } = this.#rows;
      const [prompts = 0, width = 0] = slots.shape;
      const key = placesOf(promptLengths, capacity);
      const length = reshape(promptLengths, [prompts, 1, 1, 1]);
      if (window === null) return visible(key, length, length, null);
      const position = expand(reshape(gather(positions, slots), [prompts, width, 1]), [prompts, width, grouped]);
      return visible(key, length, reshape(position, [prompts, 1, dimProduct([width, grouped]), 1]), window);
    });
  }

  #once(name: string, make: () => Value): Value {
    const made = this.#masks.get(name) ?? make();
    this.#masks.set(name, made);
    return made;
  }
}

const capacityOf = ({ keys }: KeyValues): Dim => dimAt('attention', keys.shape, 2);

/** 0, 1, ... as `[1, 1, 1, capacity]`. */
function placesOf({ graph }: Value, capacity: Dim): Value {
  return reshape(range(graph, capacity), [1, 1, 1, capacity]);
}

/** 0 for keys below the length and, with a window, above the position less the window. */
function visible(key: Value, length: Value, position: Value, window: number | null): Value {
  const filled = less(key, length);
  const seen = window === null ? filled : and(filled, greater(key, sub(position, window)));
  return where(seen, key.graph.scalar(0), MASKED);
}
