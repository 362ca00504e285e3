/** Numbers as people and models write them, compared exactly as fractions: "72.00" is "72", "1/2" is "0.5". */

/** A fraction in any terms; the denominator is positive. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** A longer text is no answer; the bound keeps the arithmetic on hostile input cheap. */
const MAX_NUMBER_CHARS = 100;

/** The minus sign, the hyphens and the dashes that stand for a minus. */
const MINUS = /[\u2212\u2010\u2011\u2012\u2013\u2014\uFE63\uFF0D]/gu;

/** An optional sign, then digits (with commas every three, or none), then an optional decimal part. */
const DECIMAL = /^([-+]?)(\d{1,3}(?:,\d{3})+|\d*)(?:\.(\d*))?$/;

/** `\frac{1}{2}`, also `\dfrac` and `\tfrac`, with an optional sign before it. */
const LATEX_FRACTION = /^([-+]?)\\[dt]?frac\{([^{}]+)\}\{([^{}]+)\}$/;

/**
 * Reads a number, or null where the text is not one number and nothing else. Understood: thousands commas, a currency sign
 * before and a percent sign after (both are units here: "50%" is 50, as GSM8K's answers have it), a final full stop, every
 * Unicode minus, `a/b` and LaTeX's `\frac{a}{b}`, `\$`, `\%`, `\!` and `{,}`.
 */
export function parseNumber(text: string): Rational | null {
  if (text.length > MAX_NUMBER_CHARS) return null;
  const bare = text
    .replace(MINUS, '-')
    .replaceAll('\\!', '')
    .replaceAll('{,}', ',')
    .replace(/\\([$%])/g, '$1')
    // Not between digits: "1 2" is two numbers.
    .replace(/\s+(?!\d)|(?<!\d)\s+/gu, '')
    .replace(/\.$/, '')
    .replace(/%$/, '')
    .replace(/^([-+]?)[$€£¥]([-+]?)/u, '$1$2');
  return parseFraction(bare) ?? parseDecimal(bare);
}

/** Whether both texts are numbers, and the same one. */
export function sameNumber(left: string, right: string): boolean {
  const a = parseNumber(left);
  const b = parseNumber(right);
  return a !== null && b !== null && a.numerator * b.denominator === b.numerator * a.denominator;
}

function parseFraction(text: string): Rational | null {
  const latex = LATEX_FRACTION.exec(text);
  const parts = latex === null ? text.split('/') : [`${latex[1] ?? ''}${latex[2] ?? ''}`, latex[3] ?? ''];
  if (parts.length !== 2) return null;
  const [numerator, denominator] = parts.map(parseDecimal);
  if (!numerator || !denominator || denominator.numerator === 0n) return null;
  const sign = denominator.numerator < 0n ? -1n : 1n;
  return {
    numerator: sign * numerator.numerator * denominator.denominator,
    denominator: sign * denominator.numerator * numerator.denominator,
  };
}

function parseDecimal(text: string): Rational | null {
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', decimals = ''] = match;
  const digits = whole.replaceAll(',', '') + decimals;
  if (digits === '') return null;
  const magnitude = BigInt(digits);
  return { numerator: sign === '-' ? -magnitude : magnitude, denominator: 10n ** BigInt(decimals.length) };
}
