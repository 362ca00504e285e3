/**
 * Everything that rows being decoded have cached: the prompts, once for all rows of a group, and each row's own tokens apart. A prompt
 * leaves when the last of its rows has; among rows as among prompts, the last one takes the place of one that leaves.
 */
import type { AnyTensor, Tensor } from '../onnx/session.ts';
import { NAMES } from './graphs.ts';
import {
  KvCache,
  NOTHING,
  rowBytes,
  type KeyValueCache,
  type KvCacheShape,
  type LayerKeyValues,
  type PrefilledPrompt,
} from './kvCache.ts';
import { integerTensor } from './tensors.ts';

/** What memory is reserved for; lengths in tokens. */
export interface DecodeReservation {
  readonly rows: number;
  readonly prompts: number;
  readonly longestPrompt: number;
  readonly longestCompletion: number;
}

/** A prompt with its place among the prompts. */
interface SharedPrompt {
  place: number;
  /** Tokens, without the last one, which each row takes for itself. */
  readonly length: number;
  /** Rows that it has at present. */
  rows: number;
  /** Whether more may come. */
  open: boolean;
}

export class DecodeCache {
  readonly #shape: KvCacheShape;
  readonly #maxBytes: number;
  readonly #prompts: KeyValueCache;
  readonly #own: KeyValueCache;
  /** Each row's prompt, in the order of the rows. */
  #rowPrompts: SharedPrompt[] = [];
  /** In the order of their places. */
  #shared: SharedPrompt[] = [];
  #maxPrompts = 0;
  /** Made anew when rows or prompts come or go. */
  #indices: Readonly<Record<string, Tensor>> | null = null;

  /**
   * @param maxBytes that may be kept from one call for the next; a call gets what it reserves, even where that is more
   * @param open makes a cache where it shall lie
   */
  constructor(
    shape: KvCacheShape,
    maxBytes: number,
    open: (shape: KvCacheShape) => KeyValueCache = (given) => new KvCache(given),
  ) {
    this.#shape = shape;
    this.#maxBytes = maxBytes;
    this.#prompts = open(shape);
    this.#own = open(shape);
  }

  /** Whether another prompt may be opened now. */
  get hasRoomForPrompt(): boolean {
    return this.#shared.length < this.#maxPrompts;
  }

  /**
   * Empties the cache and sees to its memory. What is there already is used again, unless one call's prompts and another's completions
   * would then take more than the limit together.
   */
  reserve({ rows, prompts, longestPrompt, longestCompletion }: DecodeReservation): void {
    this.#forget();
    const promptBytes = prompts * rowBytes(this.#shape, longestPrompt);
    const ownBytes = rows * rowBytes(this.#shape, longestCompletion);
    if (this.#prompts.bytes + Math.max(this.#own.bytes, ownBytes) > this.#maxBytes) this.#prompts.release();
    if (this.#own.bytes + Math.max(this.#prompts.bytes, promptBytes) > this.#maxBytes) this.#own.release();
    this.#prompts.reserve(prompts, longestPrompt);
    this.#own.reserve(rows, longestCompletion);
    this.#maxPrompts = prompts;
  }

  /** Gives the memory back. */
  release(): void {
    this.#forget();
    this.#prompts.release();
    this.#own.release();
  }

  /** Adds a prompt; rows that are added from now on begin with it. */
  openPrompt(prefilled: PrefilledPrompt): void {
    this.#prompts.add(prefilled);
    this.#prompts.fit(0);
    this.#shared.push({ place: this.#shared.length, length: prefilled.length, rows: 0, open: true });
    this.#indices = null;
  }

  /** Adds a row to the prompt that was opened last. */
  addRow(): void {
    const prompt = this.#shared.find(({ open }) => open);
    if (!prompt) throw new Error('a row begins with a prompt that is open');
    prompt.rows++;
    this.#rowPrompts.push(prompt);
    this.#own.add(NOTHING);
    this.#indices = null;
  }

  /** No more rows will begin with the prompt that was opened last. */
  closePrompt(): void {
    const prompt = this.#shared.find(({ open }) => open);
    if (!prompt) return;
    prompt.open = false;
    this.#dropUnused(prompt);
  }

  /** Ends a row: the last one takes its place. */
  removeRow(row: number): void {
    const prompt = takeOut(this.#rowPrompts, row);
    this.#own.remove(row);
    this.#indices = null;
    prompt.rows--;
    this.#dropUnused(prompt);
  }

  /** Gives each row room for so many more tokens. To be awaited before its rows are decoded. */
  async fit(more: number): Promise<void> {
    this.#own.fit(more);
    await this.#prompts.settle();
    await this.#own.settle();
  }

  /**
   * Takes over the keys and values of new tokens, `[rows, keyValueHeads, time, headSize]` of each layer.
   *
   * @param counts how many of them each row takes
   */
  append(added: readonly LayerKeyValues[], counts: Int32Array): void {
    this.#own.append(added, counts);
  }

  /** What a decode step is fed of the cache, by input. */
  feeds(): Record<string, AnyTensor> {
    const own = this.#own.lengths;
    const feeds: Record<string, AnyTensor> = {
      ...(this.#indices ??= this.#indexFeeds()),
      [NAMES.lengths]: integerTensor(this.#rowPrompts.map(({ length }, row) => length + (own[row] ?? 0))),
      [NAMES.ownLengths]: integerTensor(own),
    };
    for (let layer = 0; layer < this.#shape.layers; layer++) {
      const [prompts, rows] = [this.#prompts.feeds(layer), this.#own.feeds(layer)];
      feeds[NAMES.promptKeys(layer)] = prompts.keys;
      feeds[NAMES.promptValues(layer)] = prompts.values;
      feeds[NAMES.ownKeys(layer)] = rows.keys;
      feeds[NAMES.ownValues(layer)] = rows.values;
    }
    return feeds;
  }

  /** Which rows each prompt has: as many slots for each as the one with most rows needs. */
  #indexFeeds(): Record<string, Tensor> {
    const width = Math.max(...this.#shared.map(({ rows }) => rows));
    const slots = new Int32Array(this.#shared.length * width);
    const places = new Int32Array(this.#rowPrompts.length);
    const filled = new Int32Array(this.#shared.length);
    for (const [row, { place }] of this.#rowPrompts.entries()) {
      const slot = filled[place] ?? 0;
      filled[place] = slot + 1;
      places[row] = place * width + slot;
      slots[place * width + slot] = row;
    }
    return {
      [NAMES.promptLengths]: integerTensor(this.#prompts.lengths),
      [NAMES.slots]: integerTensor(slots, [this.#shared.length, width]),
      [NAMES.places]: integerTensor(places),
    };
  }

  #dropUnused({ place, rows, open }: SharedPrompt): void {
    if (rows > 0 || open) return;
    takeOut(this.#shared, place);
    this.#prompts.remove(place);
    this.#prompts.fit(0);
    const moved = this.#shared[place];
    if (moved) moved.place = place;
    this.#indices = null;
  }

  #forget(): void {
    this.#rowPrompts = [];
    this.#shared = [];
    this.#maxPrompts = 0;
    this.#indices = null;
  }
}

/** Takes an element out; the last one takes its place. */
function takeOut<T>(elements: T[], index: number): T {
  const element = elements[index];
  const last = elements.pop();
  if (element === undefined || last === undefined) throw new RangeError(`there is no row ${index}`);
  if (index < elements.length) elements[index] = last;
  return element;
}
