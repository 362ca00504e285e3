/**
 * What reward functions took for the answers of completions, as they say it by `noteAnswer` of the library while they are called. User
 * code reaches the listener: whatever it is told, it throws nothing and keeps little.
 */
import { MAX_ANSWER_CHARS, type AnswersFrame } from '../protocol/grader.ts';

/** Under this symbol of the global object the library finds the listener, see `src/library/answers.ts`. */
const ANSWERS_SYMBOL = 'rlvr.answers';

type Item = Readonly<Record<string, unknown>>;

/** Two different answers were found in one completion: which of them counted is not known. */
const CONFLICT = Symbol('conflict');

/** The notes of one call of a reward function. */
export class AnswerNotes {
  readonly #items: readonly Item[];
  /** By the completion's place in the call; none where no answer was looked for. */
  readonly #answers: (string | null | typeof CONFLICT | undefined)[];

  /** @param items what the function is called with: one completion, or those of a group */
  constructor(items: readonly Item[]) {
    this.#items = items;
    this.#answers = items.map(() => undefined);
  }

  /** Takes down what was found in a text, for the completions that it is certainly of. */
  note(text: unknown, answer: unknown): void {
    if (typeof text !== 'string' || (typeof answer !== 'string' && answer !== null)) return;
    const kept = answer === null ? null : shortened(answer);
    for (const place of this.#placesOf(text)) {
      const before = this.#answers[place];
      // One rule may find nothing where the next does.
      if (before === undefined || before === null) this.#answers[place] = kept;
      else if (kept !== null && before !== kept) this.#answers[place] = CONFLICT;
    }
  }

  /** What is known, as it is sent; null where nothing is. */
  frame(): AnswersFrame | null {
    const known: [number, string | null][] = [];
    for (let place = 0; place < this.#answers.length; place++) {
      const answer = this.#answers[place];
      if (typeof answer === 'string' || answer === null) known.push([place, answer]);
    }
    return known.length === 0 ? null : known;
  }

  /**
   * Completions with this very text, but for white space around it: all of them, for a rule finds the same in equal texts. Else the one
   * that it is a part of, such as what follows the thinking, unless it may as well be of the reference: answers are read out of that too.
   */
  #placesOf(text: string): readonly number[] {
    const bare = text.trim();
    const whole = this.#places((completion) => completion === text || completion.trim() === bare);
    if (whole.length > 0 || bare === '') return whole;
    const parts = this.#places((completion) => completion.includes(text));
    const [first, ...others] = parts.map((place) => this.#items[place]);
    const isOne = first !== undefined && others.every((other) => other?.['completion'] === first['completion']);
    return isOne && !parts.some((place) => isInColumns(this.#items[place], text)) ? parts : [];
  }

  #places(has: (completion: string) => boolean): number[] {
    const places: number[] = [];
    for (let place = 0; place < this.#items.length; place++) {
      const completion = this.#items[place]?.['completion'];
      if (typeof completion === 'string' && has(completion)) places.push(place);
    }
    return places;
  }
}

/** Whether the text may come from the prompt or a column of the row. */
function isInColumns(item: Item | undefined, text: string): boolean {
  return Object.entries(item ?? {}).some(
    ([name, value]) =>
      name !== 'completion' && (typeof value === 'string' || typeof value === 'number') && String(value).includes(text),
  );
}

/** Cut at a whole character, and such that it is the same text after it was stored. */
function shortened(answer: string): string {
  return answer.slice(0, MAX_ANSWER_CHARS).toWellFormed();
}

/**
 * Lets the library find the listener in this process, for good: nothing can take its place.
 * @param current the notes of the call that is under way; null where that cannot be known
 */
export function listenForAnswers(current: () => AnswerNotes | null): void {
  const listener = Object.freeze((text: unknown, answer: unknown): void => current()?.note(text, answer));
  Object.defineProperty(globalThis, Symbol.for(ANSWERS_SYMBOL), { value: listener });
}
