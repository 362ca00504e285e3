/** The demo's word problems: two numbers in a short story, told in five ways that mean plus and five that mean minus. */
import { below, shuffle } from '../../src/engine/random/draws.ts';

export type Operation = '+' | '-';

/** What a problem asks, without the names and things it is told with. */
export interface Sum {
  readonly operation: Operation;
  /** Index into the ways to tell this operation. */
  readonly telling: number;
  /** The larger number first, so that both operations can be done. */
  readonly numbers: readonly [number, number];
}

/** A row of the dataset. */
export interface ProblemRow {
  readonly question: string;
  readonly answer: string;
  readonly operation: Operation;
  readonly telling: number;
}

const TELLINGS: Readonly<Record<Operation, readonly string[]>> = {
  '+': [
    '{name} has {a} {things} and picks {b} more.',
    '{name} has {a} {things}. {other} hands {name} {b}.',
    '{a} {things} in a bag and {b} on a desk.',
    '{name} drew {a} {things} and {other} drew {b}.',
    '{name} mended {a} {things}, then {b} again.',
  ],
  '-': [
    '{name} has {a} {things} and hands {b} to {other}.',
    '{a} {things} in a bag. {name} used {b}.',
    '{name} had {a} {things} and broke {b}.',
    '{name} has {a} {things}. {other} has {b} fewer.',
    '{name} drew {a} {things} and sold {b}.',
  ],
};
const QUESTION = ' How many?';
const OPERATIONS: readonly Operation[] = ['+', '-'];
const NAMES = ['Ada', 'Bo', 'Cy', 'Dan', 'Ella', 'Finn', 'Gus', 'Hana', 'Ivy', 'Jon', 'Kim', 'Lou'];
const THINGS = ['beads', 'bells', 'hats', 'keys', 'kites', 'maps', 'nuts', 'pears', 'plums', 'rings'];
/** The largest number in a story. */
const LARGEST = 12;
/** The share of sums that is never trained on. */
const HELD_OUT = 0.2;

/** Every sum there is, split into those to train on and those to measure on. */
export function splitSums(next: () => number): { readonly train: readonly Sum[]; readonly heldout: readonly Sum[] } {
  const order = shuffle(allSums(), next);
  const held = Math.round(order.length * HELD_OUT);
  return { train: order.slice(held), heldout: order.slice(0, held) };
}

function allSums(): Sum[] {
  const sums: Sum[] = [];
  for (const operation of OPERATIONS)
    for (const telling of TELLINGS[operation].keys())
      for (let a = 1; a <= LARGEST; a++)
        for (let b = 1; b <= a; b++) sums.push({ operation, telling, numbers: [a, b] });
  return sums;
}

/** `count` problems with different texts, each a random sum told with random names and things. */
export function drawProblems(sums: readonly Sum[], count: number, next: () => number): ProblemRow[] {
  const byQuestion = new Map<string, ProblemRow>();
  while (byQuestion.size < count) {
    const problem = tell(pick(sums, next), next);
    byQuestion.set(problem.question, problem);
  }
  return [...byQuestion.values()];
}

/** Tells a sum, with the right answer to it. */
export function tell(sum: Sum, next: () => number): ProblemRow {
  const { operation, telling, numbers } = sum;
  const [name = '', other = ''] = shuffle(NAMES, next);
  const words = new Map([
    ['name', name],
    ['other', other],
    ['things', pick(THINGS, next)],
    ['a', String(numbers[0])],
    ['b', String(numbers[1])],
  ]);
  const story = (TELLINGS[operation][telling] ?? '').replaceAll(
    /\{(\w+)\}/g,
    (_, word: string) => words.get(word) ?? '',
  );
  return { question: story + QUESTION, answer: answerTo(numbers, operation), operation, telling };
}

/** The calculation and its result, as `9-1=8` and `#### 8` on two lines. */
export function answerTo([a, b]: Sum['numbers'], operation: Operation): string {
  const result = operation === '+' ? a + b : a - b;
  return `${a}${operation}${b}=${result}\n#### ${result}`;
}

export function pick<T>(items: readonly T[], next: () => number): T {
  const [item] = items.slice(below(items.length, next));
  if (item === undefined) throw new RangeError('there is nothing to pick from');
  return item;
}
