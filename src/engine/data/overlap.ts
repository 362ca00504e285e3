/** Problems that stand in two parts of the data: what is measured on them is memory, not skill. */
import type { ProblemRecord } from '../protocol/run.ts';
import { SEQUENCE_WORDS, wordSequences } from './ngrams.ts';
import { normalizedQuestion, type Question } from './question.ts';

/** A part of the data; worked examples are read with every prompt, and so are one too. */
export type LeakPart = ProblemRecord['split'] | 'few-shot';

export interface PartQuestion {
  /** As the display calls the row. */
  readonly row: number;
  readonly question: Question;
}

export interface PartQuestions {
  readonly part: LeakPart;
  readonly questions: readonly PartQuestion[];
}

/** A problem of one part that repeats a problem of another. */
export interface Repeated {
  /** Row of the part in which it must not be known. */
  readonly row: number;
  /** Row of the part that gives it away. */
  readonly of: number;
  /** How much of it: 1 where both ask the same but for case and spacing. */
  readonly share: number;
}

/** What one part gives away of another. */
export interface Leak {
  readonly part: LeakPart;
  readonly from: LeakPart;
  /** Problems of `part`. */
  readonly total: number;
  /** Those that ask the same as one of `from`, in their order. */
  readonly same: readonly Repeated[];
  /** Those that share much of their wording with one, the nearest first. */
  readonly near: readonly Repeated[];
}

/** From this share of its sequences of words on, a problem nearly repeats another. */
const NEAR_SHARE = 0.5;
/**
 * Sequences of later parts that are looked for: more take gigabytes, and a set has room for twice as many. Problems behind them count
 * where they ask the same, but not where they are near.
 */
const MOST_SEQUENCES = 2 ** 23;
/** Problems noted of each sequence: one that more have is a manner of speaking, and to count on would take a square of the problems. */
export const MOST_HOLDERS = 32;

/** A part, and who in it has what any part is measured by. */
export interface SearchedPart {
  readonly questions: PartQuestions;
  readonly index: IndexedPart;
}

/** Reads every part once. @param groups of parts, in each those first that must not give later ones away */
export function indexParts(groups: readonly (readonly PartQuestions[])[]): SearchedPart[][] {
  const wanted = wantedOf(groups.flat().filter(isMeasured));
  return groups.map((parts) => parts.map((questions) => ({ questions, index: indexOf(questions, wanted) })));
}

/**
 * What the parts of one group give away of each other, the later counted against the earlier: equal questions, and those of which at
 * least half of the sequences of `SEQUENCE_WORDS` words are in one other problem. Takes a time in proportion to the text, and memory in
 * proportion to what is measured on, since training parts are many times larger.
 */
export function leaksAmong(parts: readonly SearchedPart[]): Leak[] {
  return parts.flatMap((later, position) => leaksFrom(parts.slice(0, position), later));
}

/** What some parts give away of one that is measured on. */
export function leaksFrom(earlier: readonly SearchedPart[], { questions }: SearchedPart): Leak[] {
  if (!isMeasured(questions)) return [];
  return earlier.map(({ index }) => leakOf(questions, index)).filter(({ same, near }) => same.length + near.length > 0);
}

/** One warning for each leak. @param fromTask the task that trains on what is given away, where it is another than is measured */
export function leakWarnings(leaks: readonly Leak[], fromTask: string | null = null): string[] {
  return leaks.flatMap(({ part, from, total, same, near }) => {
    const [nearest] = near;
    const problem = from === 'few-shot' ? 'few-shot example' : `${from} problem`;
    const other = fromTask === null ? problem : `${problem} of the task ${fromTask}`;
    return [
      ...(same.length === 0
        ? []
        : [
            `${same.length} of ${total} ${part} problems ask the same as a ${other}: on these, accuracy shows memory and not skill. Remove the duplicates from the dataset.`,
          ]),
      ...(nearest === undefined
        ? []
        : [
            `${near.length} of ${total} ${part} problems nearly repeat a ${other} (half or more of their sequences of ${SEQUENCE_WORDS} words), such as row ${nearest.row} and row ${nearest.of}.`,
          ]),
    ];
  });
}

/** To train on what the prompt shows spoils no measurement. */
function isMeasured({ part }: PartQuestions): boolean {
  return part !== 'train' && part !== 'few-shot';
}

/** What is looked for in earlier parts. */
interface Wanted {
  readonly texts: ReadonlySet<string>;
  readonly sequences: ReadonlySet<number>;
}

/** @param later the parts that are measured on */
export function wantedOf(later: readonly PartQuestions[]): Wanted {
  const texts = new Set(
    later.flatMap(({ questions }) => questions.map(({ question }) => normalizedQuestion(question))),
  );
  const sequences = new Set<number>();
  for (const text of texts)
    for (const sequence of wordSequences(text)) if (sequences.size < MOST_SEQUENCES) sequences.add(sequence);
  return { texts, sequences };
}

/** Of a part, who has what is wanted. */
interface IndexedPart {
  readonly part: LeakPart;
  readonly rows: readonly number[];
  /** Index of the first question of each text. */
  readonly byText: ReadonlyMap<string, number>;
  /** Indices of the questions that have a sequence. */
  readonly bySequence: ReadonlyMap<number, readonly number[]>;
}

export function indexOf({ part, questions }: PartQuestions, wanted: Wanted): IndexedPart {
  const byText = new Map<string, number>();
  const bySequence = new Map<number, number[]>();
  for (const [index, { question }] of questions.entries()) {
    const text = normalizedQuestion(question);
    if (wanted.texts.has(text) && !byText.has(text)) byText.set(text, index);
    for (const sequence of wordSequences(text)) {
      if (!wanted.sequences.has(sequence)) continue;
      const holders = bySequence.get(sequence);
      if (holders === undefined) bySequence.set(sequence, [index]);
      else if (holders.length < MOST_HOLDERS) holders.push(index);
    }
  }
  return { part, rows: questions.map(({ row }) => row), byText, bySequence };
}

function leakOf(later: PartQuestions, earlier: IndexedPart): Leak {
  const same: Repeated[] = [];
  const near: Repeated[] = [];
  for (const { row, question } of later.questions) {
    const text = normalizedQuestion(question);
    const equal = earlier.byText.get(text);
    if (equal !== undefined) {
      same.push({ row, of: earlier.rows[equal] ?? 0, share: 1 });
      continue;
    }
    const nearest = nearestOf(wordSequences(text), earlier);
    if (nearest !== null && nearest.share >= NEAR_SHARE)
      near.push({ row, of: earlier.rows[nearest.index] ?? 0, share: nearest.share });
  }
  // Stable: of equally near ones the first row stays first.
  near.sort((a, b) => b.share - a.share);
  return { part: later.part, from: earlier.part, total: later.questions.length, same, near };
}

/** The question that has most of the sequences; null where none has any. */
function nearestOf(
  sequences: ReadonlySet<number>,
  { bySequence }: IndexedPart,
): { readonly index: number; readonly share: number } | null {
  const shared = new Map<number, number>();
  for (const sequence of sequences)
    for (const holder of bySequence.get(sequence) ?? []) shared.set(holder, (shared.get(holder) ?? 0) + 1);
  let best: { readonly index: number; readonly share: number } | null = null;
  for (const [index, count] of shared)
    if (best === null || count / sequences.size > best.share) best = { index, share: count / sequences.size };
  return best;
}
