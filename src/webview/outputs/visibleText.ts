/**
 * Text from a model, with every character that would not be seen shown by its code. Such characters can turn a line around, join what
 * is apart and hide what is there; in a reader of outputs they are facts about the output.
 */

export interface TextPiece {
  readonly text: string;
  /** What an unseen character is; null for text that shows itself. */
  readonly unseen: string | null;
}

/**
 * Controls but tab and line feed; line and paragraph separators; halves of surrogate pairs; and whatever Unicode says to leave out where it
 * cannot be shown, but for the two that choose how an emoji is drawn. As often as it is repeated.
 */
const UNSEEN = /((?![\t\n\ufe0e\ufe0f])[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb])\1*/gu;

/** Those that are met, by their names in Unicode. */
const NAMES: Readonly<Record<number, string>> = {
  0x00ad: 'soft hyphen',
  0x061c: 'Arabic letter mark',
  0x200b: 'zero width space',
  0x200c: 'zero width non-joiner',
  0x200d: 'zero width joiner',
  0x200e: 'left-to-right mark',
  0x200f: 'right-to-left mark',
  0x2028: 'line separator',
  0x2029: 'paragraph separator',
  0x202a: 'left-to-right embedding',
  0x202b: 'right-to-left embedding',
  0x202c: 'pop directional formatting',
  0x202d: 'left-to-right override',
  0x202e: 'right-to-left override',
  0x2060: 'word joiner',
  0x2066: 'left-to-right isolate',
  0x2067: 'right-to-left isolate',
  0x2068: 'first strong isolate',
  0x2069: 'pop directional isolate',
  0xfeff: 'byte order mark',
};

/** Cuts a text into what shows itself and what does not; a character that is repeated is one piece. */
export function visiblePieces(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let shown = 0;
  for (const { 0: run, 1: character = '', index } of text.matchAll(UNSEEN)) {
    if (index > shown) pieces.push({ text: text.slice(shown, index), unseen: null });
    shown = index + run.length;
    pieces.push(unseenPiece(character, run.length / character.length));
  }
  if (shown < text.length) pieces.push({ text: text.slice(shown), unseen: null });
  return pieces;
}

/** The same in one line: for titles and labels, where nothing can be marked. */
export function visibleLine(text: string): string {
  return visiblePieces(text)
    .map((piece) => piece.text)
    .join('')
    .replaceAll(/[\t\n]+/g, ' ');
}

function unseenPiece(character: string, count: number): TextPiece {
  const code = character.codePointAt(0) ?? 0;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const times = count === 1 ? '' : `×${count}`;
  const what = NAMES[code] ?? (code < 0xa0 ? 'control character' : 'character that is not seen');
  return {
    text: `${controlPicture(code) ?? name}${times}`,
    unseen: `${name}, ${what}${count === 1 ? '' : `, ${count} times`}`,
  };
}

/** ␀ to ␟ and ␡. */
function controlPicture(code: number): string | null {
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '\u2421' : null;
}
