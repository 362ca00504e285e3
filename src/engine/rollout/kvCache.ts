/**
 * The keys and values of some sequences, `[rows, keyValueHeads, capacity, headSize]` per layer: what decoding asks of a cache wherever it
 * lies, and one in typed arrays (`deviceKvCache.ts` has the one on a graphics card). The arrays outlive a call: the
 * first touch of new memory is slow. The active rows are always the first ones, so that a view of the arrays feeds the decode graph
 * without a copy. The graph returns only what is new, and it is appended here: ONNX Runtime cannot write into its inputs.
 */
import { DeviceTensor } from '../onnx/deviceTensor.ts';
import type { AnyTensor, Tensor } from '../onnx/session.ts';

/** Capacity changes by this many tokens: few, for attention runs over all of it; not one, for a change moves every row. */
export const CAPACITY_STEP = 16;

/** One layer's keys and values, float32 `[rows, keyValueHeads, time, headSize]`. */
export interface LayerKeyValues {
  readonly keys: AnyTensor;
  readonly values: AnyTensor;
}

/** The same in memory. */
interface LayerArrays {
  readonly keys: Float32Array;
  readonly values: Float32Array;
}

/** Keys and values of a prompt without its last token, which the first decode step takes. */
export interface PrefilledPrompt {
  /** `[prompts, keyValueHeads, time, headSize]`, shared by the prompts that were prefilled together. */
  readonly layers: readonly LayerKeyValues[];
  /** This prompt's place among them. */
  readonly row: number;
  readonly time: number;
  /** Tokens of this prompt, without the last. */
  readonly length: number;
  /** To be called once by its last reader: what prompts share is freed when all of them were released. */
  readonly release: () => void;
}

/** A row that begins with nothing: a prompt of one token, or a row's own tokens after its prompt. */
export const NOTHING: PrefilledPrompt = { layers: [], row: 0, time: 0, length: 0, release: () => undefined };

export interface KvCacheShape {
  readonly layers: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
}

/** Bytes of a row with room for `length` tokens. */
export function rowBytes({ layers, keyValueHeads, headSize }: KvCacheShape, length: number): number {
  return 2 * layers * keyValueHeads * capacityFor(length) * headSize * Float32Array.BYTES_PER_ELEMENT;
}

/** The room that a row of `length` tokens takes. */
export function capacityFor(length: number): number {
  return Math.max(1, Math.ceil(length / CAPACITY_STEP)) * CAPACITY_STEP;
}

/** Keys and values of rows, of which the last takes the place of one that ends. */
export interface KeyValueCache {
  /** Active rows. */
  readonly rows: number;
  /** Tokens that each row has room for at present. */
  readonly capacity: number;
  /** Of the memory that is kept, in use or not. */
  readonly bytes: number;
  /** Tokens in each row. */
  readonly lengths: Int32Array;
  /** Empties the cache and sees to memory for this many rows of this many tokens. */
  reserve(rows: number, length: number): void;
  /** Gives the memory back, and with it whatever a policy that has diverged left there. */
  release(): void;
  /** Adds a row that begins with a prefilled prompt, which is released when it was read. */
  add(prompt: PrefilledPrompt): void;
  /** Ends a row: the last one takes its place. */
  remove(row: number): void;
  /** Gives each row room for so many more tokens, and for no more than a capacity step beyond the longest row. */
  fit(more: number): void;
  /**
   * Takes over the keys and values of new tokens, `[rows, keyValueHeads, time, headSize]` of each layer, and frees them when they were read.
   *
   * @param counts how many of them each row takes, the first of its own
   */
  append(added: readonly LayerKeyValues[], counts: Int32Array): void;
  /** Does what is still to be done of all this; to be awaited before `feeds`. */
  settle(): Promise<void>;
  /** The rows of a layer. */
  feeds(layer: number): LayerKeyValues;
}

export class KvCache implements KeyValueCache {
  readonly #shape: KvCacheShape;
  #layers: readonly LayerArrays[] = [];
  /** Tokens in each row. */
  #lengths = new Int32Array(0);
  #capacity = 0;
  #rows = 0;

  constructor(shape: KvCacheShape) {
    this.#shape = shape;
  }

  get rows(): number {
    return this.#rows;
  }

  get capacity(): number {
    return this.#capacity;
  }

  get bytes(): number {
    return this.#layers.reduce((sum, { keys, values }) => sum + keys.byteLength + values.byteLength, 0);
  }

  /** Memory is only ever added. */
  reserve(rows: number, length: number): void {
    const { layers, keyValueHeads, headSize } = this.#shape;
    const elements = rows * keyValueHeads * capacityFor(length) * headSize;
    if ((this.#layers[0]?.keys.length ?? 0) < elements) {
      // The old arrays go first, so that both are never there at once.
      this.release();
      const layer = (): LayerArrays => ({ keys: new Float32Array(elements), values: new Float32Array(elements) });
      this.#layers = Array.from({ length: layers }, layer);
    }
    if (this.#lengths.length < rows) this.#lengths = new Int32Array(rows);
    this.#rows = 0;
    this.#capacity = capacityFor(0);
  }

  release(): void {
    this.#layers = [];
    this.#rows = 0;
    this.#capacity = 0;
  }

  add({ layers, row: sourceRow, time, length, release }: PrefilledPrompt): void {
    if (length > this.#capacity) this.#resize(capacityFor(length));
    const row = this.#rows++;
    this.#lengths[row] = length;
    const { keyValueHeads, headSize } = this.#shape;
    for (const [layer, { keys, values }] of length === 0 ? [] : this.#layers.entries()) {
      const from = inMemory(layerOf(layers, layer));
      for (let head = 0; head < keyValueHeads; head++) {
        const start = (sourceRow * keyValueHeads + head) * time * headSize;
        const end = start + length * headSize;
        const target = (row * keyValueHeads + head) * this.#capacity * headSize;
        keys.set(from.keys.subarray(start, end), target);
        values.set(from.values.subarray(start, end), target);
      }
    }
    release();
  }

  remove(row: number): void {
    const last = --this.#rows;
    if (row === last) return;
    const { keyValueHeads, headSize } = this.#shape;
    const length = this.#lengths[last] ?? 0;
    this.#lengths[row] = length;
    for (const { keys, values } of this.#layers) {
      for (let head = 0; head < keyValueHeads; head++) {
        const start = (last * keyValueHeads + head) * this.#capacity * headSize;
        const end = start + length * headSize;
        const target = (row * keyValueHeads + head) * this.#capacity * headSize;
        keys.copyWithin(target, start, end);
        values.copyWithin(target, start, end);
      }
    }
  }

  fit(more: number): void {
    let longest = 0;
    for (let row = 0; row < this.#rows; row++) longest = Math.max(longest, this.#lengths[row] ?? 0);
    const capacity = capacityFor(longest + more);
    if (capacity !== this.#capacity) this.#resize(capacity);
  }

  append(added: readonly LayerKeyValues[], counts: Int32Array): void {
    const longest = this.lengths.reduce((most, length, row) => Math.max(most, length + (counts[row] ?? 0)), 0);
    if (longest > this.#capacity) this.#resize(capacityFor(longest));
    for (const [layer, { keys, values }] of this.#layers.entries()) {
      const from = layerOf(added, layer);
      const [{ keys: newKeys, values: newValues }, time] = [inMemory(from), from.keys.dims[2] ?? 0];
      this.#appendTo(keys, newKeys, time, counts);
      this.#appendTo(values, newValues, time, counts);
    }
    for (let row = 0; row < this.#rows; row++) this.#lengths[row] = (this.#lengths[row] ?? 0) + (counts[row] ?? 0);
  }

  /** There is nothing: everything was done at once. */
  settle(): Promise<void> {
    return Promise.resolve();
  }

  /** The rows of a layer, read where they lie. */
  feeds(layer: number): { readonly keys: Tensor; readonly values: Tensor } {
    const { keyValueHeads, headSize } = this.#shape;
    const dims = [this.#rows, keyValueHeads, this.#capacity, headSize];
    const elements = this.#rows * keyValueHeads * this.#capacity * headSize;
    const { keys, values } = layerOf(this.#layers, layer);
    return { keys: { data: keys.subarray(0, elements), dims }, values: { data: values.subarray(0, elements), dims } };
  }

  get lengths(): Int32Array {
    return this.#lengths.subarray(0, this.#rows);
  }

  #appendTo(target: Float32Array, source: Float32Array, time: number, counts: Int32Array): void {
    const { keyValueHeads, headSize } = this.#shape;
    for (let row = 0; row < this.#rows; row++) {
      const length = this.#lengths[row] ?? 0;
      const elements = (counts[row] ?? 0) * headSize;
      for (let head = 0; head < keyValueHeads; head++) {
        const piece = row * keyValueHeads + head;
        const from = piece * time * headSize;
        const to = (piece * this.#capacity + length) * headSize;
        // Element by element: with a view and a call for each of these short pieces it takes ten times as long.
        for (let element = 0; element < elements; element++) target[to + element] = source[from + element] ?? 0;
      }
    }
  }

  /** Moves the rows within their arrays to where another capacity puts them, in the order in which none overwrites another. */
  #resize(capacity: number): void {
    const { keyValueHeads, headSize } = this.#shape;
    const pieces = this.#rows * keyValueHeads;
    for (const { keys } of this.#layers)
      if (pieces * capacity * headSize > keys.length)
        throw new RangeError(`no memory was reserved for ${this.#rows} rows of ${capacity} tokens`);
    const grows = capacity > this.#capacity;
    for (let step = 0; step < pieces; step++) {
      const piece = grows ? pieces - 1 - step : step;
      const start = piece * this.#capacity * headSize;
      const end = start + (this.#lengths[Math.floor(piece / keyValueHeads)] ?? 0) * headSize;
      for (const { keys, values } of this.#layers) {
        keys.copyWithin(piece * capacity * headSize, start, end);
        values.copyWithin(piece * capacity * headSize, start, end);
      }
    }
    this.#capacity = capacity;
  }
}

function layerOf<Layer>(layers: readonly Layer[], layer: number): Layer {
  const found = layers[layer];
  if (!found) throw new RangeError(`there are no keys and values of layer ${layer}`);
  return found;
}

function inMemory({ keys, values }: LayerKeyValues): LayerArrays {
  return { keys: floats(keys), values: floats(values) };
}

function floats(tensor: AnyTensor): Float32Array {
  if (!(tensor instanceof DeviceTensor) && tensor.data instanceof Float32Array) return tensor.data;
  throw new TypeError('what this cache is given is float32 in memory');
}
