/** Texts that look like what a model writes about word problems: sentences with numbers, and words as frequent as in English. */
import { uniforms } from '../../src/engine/random/keyed.ts';

const FREQUENT =
  'the of and to a in is that so each has are for he she it they with as was on left more than number total how many we'.split(
    ' ',
  );
const COMMON = (
  'apples apple dollars hours minutes days weeks boxes cost costs buys sells gives takes times plus minus equals answer first then ' +
  'therefore because find divide multiply subtract add half twice three four five people children school books pages miles speed ' +
  'price pounds gallons water eggs cookies marbles pencils friends bought sold spent earned saved altogether remaining means since ' +
  'per would next after before both every other now also need needs get gets make makes week day hour work works paid pay'
).split(' ');
const SYLLABLES = [
  'ba',
  'lo',
  'mi',
  'ter',
  'con',
  'ra',
  'vel',
  'su',
  'ni',
  'dor',
  'pe',
  'qua',
  'zi',
  'fen',
  'gul',
  'hap',
];

/** Rare words such as names: `SYLLABLES.length ** 3` of them. */
function rareWord(index: number): string {
  const base = SYLLABLES.length;
  const syllable = (place: number): string => SYLLABLES[Math.floor(index / base ** place) % base] ?? '';
  return syllable(0) + syllable(1) + syllable(2);
}

/** Sentences made once: what varies from text to text is which of them, and the numbers. */
const SENTENCES = 4096;
const WORDS_PER_SENTENCE = 12;
/** Of words: the rest are rare. */
const FREQUENT_PART = 0.5;
const COMMON_PART = 0.4;

export class TextMaker {
  readonly #next: () => number;
  readonly #sentences: readonly (readonly string[])[];

  constructor(seed: number) {
    this.#next = uniforms(seed, 'shuffle');
    this.#sentences = Array.from({ length: SENTENCES }, () =>
      Array.from({ length: WORDS_PER_SENTENCE }, () => this.#word()),
    );
  }

  /** An integer in [0, bound). */
  integer(bound: number): number {
    return Math.floor(this.#next() * bound);
  }

  /** In [0, 1). */
  number(): number {
    return this.#next();
  }

  /** One sentence with a number in it. */
  sentence(): string {
    const words = this.#sentences[this.integer(SENTENCES)] ?? [];
    const place = this.integer(WORDS_PER_SENTENCE);
    return `${words.map((word, index) => (index === place ? String(this.integer(1000)) : word)).join(' ')}.`;
  }

  /** Reasoning of about 60 words that ends with `#### answer`. */
  solution(answer: number): string {
    const sentences = Array.from({ length: 4 + this.integer(3) }, () => this.sentence());
    return `${sentences.join('\n')}\n#### ${answer}`;
  }

  #word(): string {
    const part = this.#next();
    // Squared, so that the first words of a list are the most frequent.
    const pick = (words: readonly string[]): string => words[Math.floor(this.#next() ** 2 * words.length)] ?? '';
    if (part < FREQUENT_PART) return pick(FREQUENT);
    if (part < FREQUENT_PART + COMMON_PART) return pick(COMMON);
    return rareWord(this.integer(SYLLABLES.length ** 3));
  }
}
