/**
 * Keys and values that stay in a graphics card's memory. Nothing there is written in place: a graph makes the next tensors of the last ones,
 * which are then given back, so each step copies the rows within the card, where that is some hundred times as fast as moving them through
 * the processor's memory. What is asked for is noted, and done by `settle` in as few runs as there can be.
 */
import type { AnyTensor, Feeds, Session, Tensor } from '../onnx/session.ts';
import { CACHE_NAMES } from './cacheGraphs.ts';
import {
  capacityFor,
  type KeyValueCache,
  type KvCacheShape,
  type LayerKeyValues,
  type PrefilledPrompt,
} from './kvCache.ts';
import { dispose, requireOutput, type Outputs } from './outputs.ts';
import { integerTensor } from './tensors.ts';

/** Sessions of `cacheGraphs.ts`. */
export interface CacheSessions {
  arrange(): Promise<Session<AnyTensor>>;
  append(): Promise<Session<AnyTensor>>;
}

/** `[rows, keyValueHeads, capacity, headSize]` of each layer. */
interface Block {
  readonly layers: readonly LayerKeyValues[];
  readonly capacity: number;
}

interface Held extends Block {
  readonly rows: number;
}

interface Row {
  /** Its place among the rows held, and those arriving after them. */
  source: number;
  length: number;
}

export class DeviceKvCache implements KeyValueCache {
  readonly #shape: KvCacheShape;
  readonly #sessions: CacheSessions;
  /** A row of zeros, which rows without a token yet are made of. */
  readonly #nothing: Held;
  #held: Held;
  #rows: Row[] = [];
  #capacity = 0;
  #arriving: PrefilledPrompt[] = [];
  /** New tokens of the rows held, and where they go. */
  #added: { readonly layers: readonly LayerKeyValues[]; readonly isNew: Tensor } | null = null;

  constructor(shape: KvCacheShape, sessions: CacheSessions) {
    this.#shape = shape;
    this.#sessions = sessions;
    const { layers, keyValueHeads, headSize } = shape;
    const zeros: Tensor = { data: new Float32Array(keyValueHeads * headSize), dims: [1, keyValueHeads, 1, headSize] };
    const layer = { keys: zeros, values: zeros };
    this.#nothing = { layers: Array.from({ length: layers }, () => layer), rows: 1, capacity: 1 };
    this.#held = this.#nothing;
  }

  get rows(): number {
    return this.#rows.length;
  }

  get capacity(): number {
    return this.#capacity;
  }

  get bytes(): number {
    const { layers, rows, capacity } = this.#held;
    if (layers === this.#nothing.layers) return 0;
    const { keyValueHeads, headSize } = this.#shape;
    return 2 * layers.length * rows * keyValueHeads * capacity * headSize * Float32Array.BYTES_PER_ELEMENT;
  }

  get lengths(): Int32Array {
    return Int32Array.from(this.#rows, ({ length }) => length);
  }

  /** There is nothing to reserve: ONNX Runtime keeps what was given back for the next tensors. */
  reserve(): void {
    this.release();
    this.#capacity = capacityFor(0);
  }

  release(): void {
    this.#hold(this.#nothing);
    for (const { release } of this.#arriving.splice(0)) release();
    dispose(this.#takeAdded());
    this.#rows = [];
  }

  add(prompt: PrefilledPrompt): void {
    const { length } = prompt;
    this.#capacity = Math.max(this.#capacity, capacityFor(length));
    if (length === 0) {
      this.#rows.push({ source: 0, length });
      prompt.release();
    } else {
      this.#rows.push({ source: this.#held.rows + this.#arriving.length, length });
      this.#arriving.push(prompt);
    }
  }

  remove(row: number): void {
    const last = this.#rows.pop();
    if (!last) throw new RangeError(`there is no row ${row}`);
    if (row < this.#rows.length) this.#rows[row] = last;
    if (this.#rows.length === 0) this.release();
  }

  fit(more: number): void {
    this.#capacity = capacityFor(this.#rows.reduce((longest, { length }) => Math.max(longest, length), 0) + more);
  }

  /** Of one new token of each row, which it takes or does not. */
  append(layers: readonly LayerKeyValues[], counts: Int32Array): void {
    const { rows, capacity } = this.#held;
    const isNew = new Uint8Array(rows * capacity);
    for (const [row, entry] of this.#rows.entries()) {
      if (counts[row] !== 1) continue;
      isNew[row * capacity + entry.length] = 1;
      entry.length++;
    }
    this.#added = { layers, isNew: { data: isNew, dims: [rows, 1, capacity, 1] } };
  }

  async settle(): Promise<void> {
    if (this.#added) await this.#appendAdded(this.#added.layers, this.#added.isNew);
    for (let prompt = this.#arriving.shift(); prompt; prompt = this.#arriving.shift()) await this.#join(prompt);
    const sources = this.#rows.map(({ source }) => source);
    const stands = sources.length === this.#held.rows && sources.every((source, row) => source === row);
    if (sources.length === 0 || (stands && this.#capacity === this.#held.capacity)) return;
    await this.#arrange(this.#nothing, sources, this.#capacity);
    for (const [row, entry] of this.#rows.entries()) entry.source = row;
  }

  feeds(layer: number): LayerKeyValues {
    const found = this.#held.layers[layer];
    if (!found) throw new RangeError(`there are no keys and values of layer ${layer}`);
    return found;
  }

  async #appendAdded(added: readonly LayerKeyValues[], isNew: Tensor): Promise<void> {
    const { rows, capacity } = this.#held;
    const session = await this.#sessions.append();
    const next = await session.run({ [CACHE_NAMES.isNew]: isNew, ...this.#layerFeeds(added) });
    dispose(this.#takeAdded());
    this.#hold({ layers: this.#layersOf(next), rows, capacity });
  }

  /** Puts a prompt behind the rows held. */
  async #join({ layers, row, time, length, release }: PrefilledPrompt): Promise<void> {
    const { rows, capacity } = this.#held;
    const all = Array.from({ length: rows }, (_, index) => index);
    await this.#arrange({ layers, capacity: time }, [...all, rows + row], Math.max(capacity, length));
    release();
  }

  async #arrange(added: Block, sources: readonly number[], capacity: number): Promise<void> {
    // A place beyond what there is gets the last one again: nothing reads it.
    const places = (size: number): Tensor =>
      integerTensor(Array.from({ length: capacity }, (_, place) => Math.min(place, size - 1)));
    const session = await this.#sessions.arrange();
    const next = await session.run({
      [CACHE_NAMES.rows]: integerTensor(sources),
      [CACHE_NAMES.heldPlaces]: places(this.#held.capacity),
      [CACHE_NAMES.addedPlaces]: places(added.capacity),
      ...this.#layerFeeds(added.layers),
    });
    this.#hold({ layers: this.#layersOf(next), rows: sources.length, capacity });
  }

  #hold(next: Held): void {
    const { layers } = this.#held;
    this.#held = next;
    dispose(layers.flatMap(({ keys, values }) => [keys, values]));
  }

  #takeAdded(): readonly AnyTensor[] {
    const layers = this.#added?.layers ?? [];
    this.#added = null;
    return layers.flatMap(({ keys, values }) => [keys, values]);
  }

  #layerFeeds(added: readonly LayerKeyValues[]): Feeds {
    return Object.fromEntries(
      this.#held.layers.flatMap((held, layer) => {
        const from = added[layer];
        if (!from) throw new RangeError(`there are no keys and values of layer ${layer}`);
        const [heldNames, addedNames] = [CACHE_NAMES.held(layer), CACHE_NAMES.added(layer)];
        return [
          [heldNames.keys, held.keys],
          [heldNames.values, held.values],
          [addedNames.keys, from.keys],
          [addedNames.values, from.values],
        ];
      }),
    );
  }

  #layersOf(next: Outputs): LayerKeyValues[] {
    return Array.from({ length: this.#shape.layers }, (_, layer) => {
      const { keys, values } = CACHE_NAMES.next(layer);
      return { keys: requireOutput(next, keys), values: requireOutput(next, values) };
    });
  }
}
