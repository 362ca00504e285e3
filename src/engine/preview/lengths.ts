/** How long the prompts of a part are. */
import { setImmediate } from 'node:timers/promises';
import type { PartLengths, PartName } from '../protocol/preview.ts';

export interface LengthQuestion {
  readonly part: PartName;
  readonly problems: number;
  /** Characters that may be encoded, since encoding takes seconds for millions of them; Infinity measures every prompt. */
  readonly budget: number;
  /** The text of the prompt at a place, and its tokens. */
  readonly measure: (index: number) => { readonly characters: number; readonly tokens: number };
  /** Longer prompts are left out (`dataset.filter.maxPromptTokens`). */
  readonly maxPromptTokens: number | undefined;
  /** Tokens that a whole completion leaves of the context. */
  readonly room: number;
  readonly signal: AbortSignal;
}

/** Characters that are encoded before others get their turn: some 30 ms. */
const AT_ONCE = 20_000;

/**
 * Measures all prompts, or as many as the budget allows, evenly over the part.
 * @throws the signal's reason when it aborts
 */
export async function partLengths(question: LengthQuestion): Promise<PartLengths> {
  const { part, problems, budget, measure, maxPromptTokens = Infinity, room, signal } = question;
  const tokens: number[] = [];
  const affordable = problems === 0 ? 0 : Math.max(1, Math.floor(budget / Math.max(1, measure(0).characters)));
  const measured = Math.min(problems, affordable);
  let encoded = 0;
  for (let taken = 0; taken < measured; taken++) {
    const prompt = measure(Math.floor((taken * problems) / measured));
    tokens.push(prompt.tokens);
    encoded += prompt.characters;
    if (encoded >= AT_ONCE) {
      encoded = 0;
      await setImmediate();
    }
    signal.throwIfAborted();
  }
  tokens.sort((a, b) => a - b);
  const kept = tokens.filter((length) => length <= maxPromptTokens);
  return {
    part,
    problems,
    measured,
    shortest: quantile(tokens, 0),
    median: quantile(tokens, 0.5),
    ninety: quantile(tokens, 0.9),
    ninetyNine: quantile(tokens, 0.99),
    longest: quantile(tokens, 1),
    leftOut: tokens.length - kept.length,
    tooLong: kept.filter((length) => length > room).length,
  };
}

/** The least length that this share of the prompts does not exceed; 0 where there are none. */
function quantile(ascending: readonly number[], share: number): number {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? 0;
}
