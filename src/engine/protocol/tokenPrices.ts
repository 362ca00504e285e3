/** Prices of a million tokens, of prompts and of completions, as a person writes them: `0.15, 0.6`. */
import type { TokenPrices } from './policyServer.ts';

/** null for nothing; undefined where it cannot be read. */
export function parsePrices(text: string): TokenPrices | null | undefined {
  if (text.trim() === '') return null;
  const [input = NaN, output = NaN, ...more] = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (!(input >= 0 && output >= 0) || !Number.isFinite(input + output) || more.length > 0) return undefined;
  return { input, output };
}

export function formatPrices(prices: TokenPrices | null): string {
  return prices === null ? '' : `${prices.input}, ${prices.output}`;
}
