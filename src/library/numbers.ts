/**
 * Numbers as people and models write them, compared exactly as fractions: "72.00" is "72", "1/2" is "0.5". The writing is undone
 * here; reading what is left and the arithmetic are fraction.js's.
 */
import Fraction from 'fraction.js';
import { noteAnswer } from './answers.ts';

/** A longer text is no answer; the bound keeps the arithmetic on hostile input cheap. */
const MAX_NUMBER_CHARS = 100;

/** The minus sign, the hyphens and the dashes that stand for a minus. */
const MINUS = /[\u2212\u2010\u2011\u2012\u2013\u2014\uFE63\uFF0D]/gu;

/** Digits with commas every three, or without any. */
const INTEGER = String.raw`(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)`;

/** An integer or a decimal: "7", "7.5", ".5", "7.". */
const DECIMAL = new RegExp(String.raw`^[-+]?(?:${INTEGER}(?:\.\d*)?|\.\d+)$`);

/** "1 1/2", one and a half. */
const MIXED = /^([-+]?)(\d+) (\d+\/\d+)$/;

/** `\frac{1}{2}`, also `\dfrac` and `\tfrac`, and of single digits `\frac12`, with an optional sign or whole number before it. */
const LATEX_FRACTION = /^([-+]?\d*)\\[dt]?frac(?:\{([^{}]+)\}\{([^{}]+)\}|(\d)(\d))$/;

/** A currency sign, before or after the sign of the number. */
const CURRENCY = /^([-+]?)[$€£¥]([-+]?)/u;

/** A number within a text. A minus after a letter, a digit or a closing bracket is a hyphen or a difference. */
const NUMBER_IN_TEXT = new RegExp(
  String.raw`(?:(?<![\w)\]}])[-\u2212])?(?:${INTEGER}(?:\.\d+)?|(?<!\d)\.\d+)(?:\/\d+)?%?`,
  'gu',
);

/** What a percent sign is worth. */
const ONE = new Fraction(1);
const HUNDREDTH = new Fraction(1, 100);

/**
 * The last number in a text, as it stands there: "That makes $1,072.50." has "1,072.50", "a half, or 1/2" has "1/2", "9-4" has "4".
 * null where there is none.
 */
export function lastNumber(text: string): string | null {
  return noteAnswer(text, text.match(NUMBER_IN_TEXT)?.at(-1) ?? null);
}

/**
 * Whether both texts are one number and nothing else, and the same one. Understood are thousands commas, a final full stop, every
 * Unicode minus, `a/b`, "1 1/2", LaTeX's `\frac{a}{b}`, `\$`, `\%`, `\!` and `{,}`. A currency sign before and a percent sign
 * after are units: "50%" is 50, as GSM8K's answers have it. See `sameValue`.
 */
export function sameNumber(left: string, right: string): boolean {
  return sameFractions(readFraction(left, ONE), readFraction(right, ONE));
}

/** As `sameNumber`, but a percent sign counts: "50%" is "1/2", "0.5" and "\frac{1}{2}", and is not "50". */
export function sameValue(left: string, right: string): boolean {
  return sameFractions(readFraction(left, HUNDREDTH), readFraction(right, HUNDREDTH));
}

function sameFractions(left: Fraction | null, right: Fraction | null): boolean {
  return left !== null && right !== null && left.equals(right);
}

/**
 * The number that a text is; null where it is not one number and nothing else.
 * @param percent what a percent sign is worth
 */
function readFraction(text: string, percent: Fraction): Fraction | null {
  if (text.length > MAX_NUMBER_CHARS) return null;
  const bare = text
    .replace(MINUS, '-')
    .replaceAll('\\!', '')
    .replaceAll('{,}', ',')
    .replace(/\\([$%])/g, '$1')
    .trim()
    .replace(/\s+/gu, ' ')
    // Not between digits: "1 2" is two numbers.
    .replace(/ (?!\d)|(?<!\d) /g, '')
    .replace(/\.$/, '')
    .replace(CURRENCY, '$1$2');
  const number = bare.replace(/%$/, '');
  const value = readLatexFraction(number) ?? readMixed(number) ?? readQuotient(number);
  return value !== null && number !== bare ? value.mul(percent) : value;
}

function readLatexFraction(text: string): Fraction | null {
  const match = LATEX_FRACTION.exec(text);
  if (match === null) return null;
  const [, before = '', numerator = match[4], denominator = match[5]] = match;
  const fraction = readQuotient(`${numerator ?? ''}/${denominator ?? ''}`);
  if (fraction === null || before === '' || before === '+') return fraction;
  if (before === '-') return fraction.neg();
  const whole = new Fraction(before);
  return before.startsWith('-') ? whole.sub(fraction) : whole.add(fraction);
}

function readMixed(text: string): Fraction | null {
  const match = MIXED.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', part = ''] = match;
  const fraction = readQuotient(part);
  if (fraction === null) return null;
  const value = new Fraction(whole).add(fraction);
  return sign === '-' ? value.neg() : value;
}

/** `a/b`, or a decimal alone. */
function readQuotient(text: string): Fraction | null {
  const [numerator, denominator, ...more] = text.split('/').map(readDecimal);
  if (!numerator || denominator === null || more.length > 0) return null;
  if (denominator === undefined) return numerator;
  return denominator.equals(0) ? null : numerator.div(denominator);
}

function readDecimal(text: string): Fraction | null {
  return DECIMAL.test(text) ? new Fraction(text.replaceAll(',', '').replace(/\.$/, '')) : null;
}
