/** Text of a dataset on a terminal, with its special tokens marked. */
import type { MarkedText } from '../preview/previewText.ts';
import { renderLine, type Span } from './text.ts';

/** What a terminal would obey: shown as the pictures that Unicode has for control characters, the others as `\u{200b}`. */
const HIDDEN = /[^\P{Cc}\n\t]|\p{Cf}|[\u2028\u2029]/gu;
const PICTURES = 0x2400;

/** The text as it is to be written, all of its lines ended. */
export function markedLines({ text, special }: MarkedText, color: boolean): string {
  const spans: Span[] = [];
  let end = 0;
  for (const [offset, length] of special) {
    spans.push({ text: text.slice(end, offset) }, { text: text.slice(offset, offset + length), style: 'cyan' });
    end = offset + length;
  }
  spans.push({ text: text.slice(end) });
  return spans.map(({ text: piece, ...rest }) => pieceOf({ text: visible(piece), ...rest }, color)).join('');
}

/** A style is ended with each line, as terminals want it. */
function pieceOf({ text, style }: Span, color: boolean): string {
  if (style === undefined) return text;
  return text
    .split('\n')
    .map((line) => renderLine([{ text: line, style }], Infinity, color))
    .join('\n');
}

function visible(text: string): string {
  return text.replaceAll(HIDDEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x20 ? String.fromCodePoint(PICTURES + code) : `\\u{${code.toString(16)}}`;
  });
}
