/** Text on a terminal: how wide it is, cut to a width, coloured where the terminal and the person want that. */
import type { OutputStream } from './command.ts';

/** One character as a person sees it may be several code points. */
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Scripts whose characters take two cells (Unicode's East Asian Width W and F, near enough), and emoji. */
const WIDE =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;

const ELLIPSIS = '…';

/** Without control characters: names and messages may come from a run folder of someone else, and a terminal obeys what it is sent. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}

/** Cells that printable text takes. */
export function displayWidth(text: string): number {
  return [...graphemes.segment(text)].reduce((width, { segment }) => width + (WIDE.test(segment) ? 2 : 1), 0);
}

/** The text, or as much of it as fits into `width` cells with an ellipsis behind. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let cut = '';
  let used = displayWidth(ELLIPSIS);
  for (const { segment } of graphemes.segment(text)) {
    used += displayWidth(segment);
    if (used > width) break;
    cut += segment;
  }
  return width < 1 ? '' : cut + ELLIPSIS;
}

/** The text in lines of at most `width` cells, broken between words; a word that is longer has a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && displayWidth(`${last} ${word}`) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The text with spaces behind, or before it, up to `width` cells. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'left' ? text + space : space + text;
}

/** SGR parameters (ECMA-48 8.3.117) that set a style, and those that end it. */
const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

export type Style = keyof typeof STYLES;

/** A piece of a line. Kept apart from its style until the line is cut to its width. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

/** Joins spans to a line of at most `width` cells; `color` says whether their styles are applied. */
export function renderLine(spans: readonly Span[], width: number, color: boolean): string {
  let left = width;
  let line = '';
  for (const { text, style } of spans) {
    const fitting = truncate(text, left);
    if (fitting === '') continue;
    left -= displayWidth(fitting);
    line += color && style !== undefined ? styled(fitting, style) : fitting;
    if (fitting !== text) break;
  }
  return line;
}

function styled(text: string, style: Style): string {
  const [on, off] = STYLES[style];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

/** Whether the cursor of a stream can be moved: a terminal, and not one that says it cannot. */
export function isInteractive(stream: OutputStream, env: Readonly<Record<string, string | undefined>>): boolean {
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

/** Whether to use colour: on a terminal, unless the person asked for none (https://no-color.org). */
export function usesColor(stream: OutputStream, env: Readonly<Record<string, string | undefined>>): boolean {
  return isInteractive(stream, env) && (env['NO_COLOR'] ?? '') === '';
}
