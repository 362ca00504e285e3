/**
 * Random numbers by name: what is drawn depends on the seed, what it is drawn for and where, and on nothing drawn before.
 * A repeated problem draws anew, a resumed run draws the same, and the layout of batches does not matter.
 *
 * Layout of Philox's input. Every field has bits of its own, so two different names are two different inputs:
 *
 * | word      | one number of a completion (`uniform`)                     | sequence (`uniforms`)                            |
 * |-----------|------------------------------------------------------------|--------------------------------------------------|
 * | key 0     | seed, 32 bits                                              | seed, 32 bits                                    |
 * | key 1     | 0, purpose (4 bits), round (11 bits), occurrence (16 bits) | 1, purpose (4 bits), 0 (25 bits), length of path |
 * | counter 0 | token                                                      | block: four numbers each                         |
 * | counter 1 | sample                                                     | path[0]                                          |
 * | counter 2 | problem                                                    | path[1]                                          |
 * | counter 3 | step                                                       | path[2]                                          |
 */
import { philox4x32 } from './philox.ts';

/** Written into every number ever drawn: append to it, never renumber. At most 16. */
const PURPOSES = {
  sample: 0,
  evaluation: 1,
  shuffle: 2,
  split: 3,
  fewShot: 4,
  dropout: 5,
  init: 6,
  bootstrap: 7,
  control: 8,
  curriculum: 9,
} as const;

/** What a random number is for. Equal keys under different purposes are unrelated numbers. */
export type Purpose = keyof typeof PURPOSES;

/** Names one completion in a run (the same fields as `CompletionKey` of the protocol). */
export interface DrawKey {
  /** Training step, below 2^32. */
  readonly step: number;
  /** Number of the problem: its row, and in a run of several tasks what tells theirs apart. Below 2^32. */
  readonly problem: number;
  /** How often the problem came before in this step, below 2^16. */
  readonly occurrence: number;
  /** Generation round of dynamic sampling, below 2^11. */
  readonly round: number;
  /** Index in the group, below 2^32. */
  readonly sample: number;
}

/** Up to three numbers below 2^32 that tell one sequence from another of the same purpose, such as `[epoch]` or `[step, layer]`. */
export type StreamPath =
  readonly [] | readonly [number] | readonly [number, number] | readonly [number, number, number];

const WORD_LIMIT = 2 ** 32;
const OCCURRENCE_LIMIT = 2 ** 16;
const ROUND_LIMIT = 2 ** 11;
const PURPOSE_SHIFT = 27;
const ROUND_SHIFT = 16;
const STREAM_BIT = 1 << 31;
const WORDS_PER_BLOCK = 4;
/** 24 bits are what float32 holds exactly in [0, 1). */
const TO_UNIT = 2 ** -24;

const scratch = new Uint32Array(WORDS_PER_BLOCK);

/**
 * A number in [0, 1) with 24 random bits, exact in float32.
 *
 * @param seed the run's seed, below 2^32
 * @param token index of the token in the completion, below 2^32
 * @throws RangeError when a field is not an integer within its limit
 */
export function uniform(seed: number, purpose: Purpose, key: DrawKey, token: number): number {
  checkField('seed', seed, WORD_LIMIT);
  checkField('step', key.step, WORD_LIMIT);
  checkField('problem', key.problem, WORD_LIMIT);
  checkField('occurrence', key.occurrence, OCCURRENCE_LIMIT);
  checkField('round', key.round, ROUND_LIMIT);
  checkField('sample', key.sample, WORD_LIMIT);
  checkField('token', token, WORD_LIMIT);
  const key1 = (PURPOSES[purpose] << PURPOSE_SHIFT) | (key.round << ROUND_SHIFT) | key.occurrence;
  philox4x32(token, key.sample, key.problem, key.step, seed, key1, scratch);
  return toUnit(scratch[0] ?? 0);
}

/**
 * A sequence of numbers in [0, 1) with 24 random bits each, for what is drawn in order: shuffles, resampling, initial weights.
 * Paths of different length are different sequences.
 *
 * @returns the next number at every call; RangeError after 2^34 of them
 * @throws RangeError when seed or path are not integers below 2^32
 */
export function uniforms(seed: number, purpose: Purpose, path: StreamPath = []): () => number {
  checkField('seed', seed, WORD_LIMIT);
  path.forEach((coordinate, index) => checkField(`path[${index}]`, coordinate, WORD_LIMIT));
  const [path0 = 0, path1 = 0, path2 = 0] = path;
  const key1 = STREAM_BIT | (PURPOSES[purpose] << PURPOSE_SHIFT) | path.length;
  const block = new Uint32Array(WORDS_PER_BLOCK);
  let nextBlock = 0;
  let used = WORDS_PER_BLOCK;
  return () => {
    if (used === WORDS_PER_BLOCK) {
      checkField('block', nextBlock, WORD_LIMIT);
      philox4x32(nextBlock, path0, path1, path2, seed, key1, block);
      nextBlock += 1;
      used = 0;
    }
    return toUnit(block[used++] ?? 0);
  };
}

function toUnit(word: number): number {
  return (word >>> 8) * TO_UNIT;
}

function checkField(name: string, value: number, limit: number): void {
  if (!Number.isInteger(value) || value < 0 || value >= limit) {
    throw new RangeError(`Random numbers are keyed by integers: ${name} is ${value}, allowed are 0 to ${limit - 1}.`);
  }
}
