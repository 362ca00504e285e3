/** How long the prompts of a part are. */
import { setImmediate } from 'node:timers/promises';
import type { PartLengths, PartName } from '../protocol/preview.ts';

export interface MeasuredPrompt {
  readonly characters: number;
  readonly tokens: () => number;
}

export interface LengthQuestion {
  readonly part: PartName;
  readonly problems: number;
  /**
   * Characters to encode, since encoding takes seconds for millions of them: about as many, and where lengths differ widely up to twice as
   * many, and the prompt that exceeds this. Infinity measures every prompt.
   */
  readonly budget: number;
  /** The prompt at a place: its text's length, and its tokens, for which it is encoded. */
  readonly measure: (index: number) => MeasuredPrompt;
  /** Longer prompts are left out (`dataset.filter.maxPromptTokens`). */
  readonly maxPromptTokens: number | undefined;
  /** Tokens that a whole completion leaves of the context. */
  readonly room: number;
  readonly signal: AbortSignal;
}

/** Characters that are encoded before others get their turn: some 30 ms. */
const AT_ONCE = 20_000;
/** Prompts whose text says how many the budget allows. */
const LOOKED_AT = 64;
/** What of the budget may be used where the prompts are longer than those looked at. */
const MOST_OF_BUDGET = 2;

/**
 * Measures all prompts, or as many as the budget allows, evenly over the part. Those of the last rows are missing where prompts turn out
 * to be far longer than they seemed.
 * @throws the signal's reason when it aborts
 */
export async function partLengths(question: LengthQuestion): Promise<PartLengths> {
  const { part, problems, budget, measure, maxPromptTokens = Infinity, room, signal } = question;
  const tokens: number[] = [];
  let encoded = 0;
  let atOnce = 0;
  for (const index of spread(problems, affordable(question))) {
    const prompt = measure(index);
    tokens.push(prompt.tokens());
    encoded += prompt.characters;
    atOnce += prompt.characters;
    if (atOnce >= AT_ONCE) {
      atOnce = 0;
      await setImmediate();
    }
    signal.throwIfAborted();
    if (encoded > MOST_OF_BUDGET * budget) break;
  }
  tokens.sort((a, b) => a - b);
  const kept = tokens.filter((length) => length <= maxPromptTokens);
  return {
    part,
    problems,
    measured: tokens.length,
    shortest: quantile(tokens, 0),
    median: quantile(tokens, 0.5),
    ninety: quantile(tokens, 0.9),
    ninetyNine: quantile(tokens, 0.99),
    longest: quantile(tokens, 1),
    leftOut: tokens.length - kept.length,
    tooLong: kept.filter((length) => length > room).length,
  };
}

/** How many prompts the budget allows, one at least. */
function affordable({ problems, budget, measure }: LengthQuestion): number {
  const looked = spread(problems, LOOKED_AT);
  const characters = looked.reduce((sum, index) => sum + measure(index).characters, 0);
  const mean = characters / Math.max(1, looked.length);
  return Math.max(1, Math.floor(budget / Math.max(1, mean)));
}

/** So many places of a part, or all of them, evenly over it. */
function spread(problems: number, wanted: number): number[] {
  const count = Math.min(problems, wanted);
  return Array.from({ length: count }, (_, taken) => Math.floor((taken * problems) / count));
}

/** The least length that this share of the prompts does not exceed; 0 where there are none. */
function quantile(ascending: readonly number[], share: number): number {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? 0;
}
