/** A prompt with every special token in sight, those too that the tokenizer puts around a text. */
import type { Tokenizer } from '../model/tokenizer.ts';
import type { Prompt } from '../data/prompts.ts';

export interface ShownPrompt {
  /** The prompt as the model reads it. */
  readonly text: string;
  /** Where special tokens are in `text`, in order: offset and length in UTF-16 units. */
  readonly special: readonly (readonly [offset: number, length: number])[];
  /** How many tokens the prompt has. */
  readonly tokens: number;
}

/** Encodes a prompt. A special token is one by its id: text that merely looks like one, in a vocabulary without it, is none. */
export function showPrompt(
  { text, addSpecialTokens }: Pick<Prompt, 'text' | 'addSpecialTokens'>,
  tokenizer: Pick<Tokenizer, 'encode' | 'decode' | 'specialTokenIds'>,
): ShownPrompt {
  const own = tokenizer.encode(text, { addSpecialTokens: false });
  const all = addSpecialTokens ? tokenizer.encode(text) : own;
  const before = offsetOf(own, all);
  const textOf = (ids: Int32Array): string => tokenizer.decode(ids, { skipSpecialTokens: false });
  const special: (readonly [number, number])[] = [];
  let shown = '';
  const put = (id: number): void => {
    const token = textOf(Int32Array.of(id));
    special.push([shown.length, token.length]);
    shown += token;
  };
  for (const id of all.subarray(0, before)) put(id);
  const start = shown.length;
  shown += text;
  let searched = 0;
  for (const id of own) {
    if (!tokenizer.specialTokenIds.has(id)) continue;
    const token = textOf(Int32Array.of(id));
    const found = text.indexOf(token, searched);
    // Of a character that has no token, the text shows the character and not the token that stands for it.
    if (token === '' || found === -1) continue;
    special.push([start + found, token.length]);
    searched = found + token.length;
  }
  for (const id of all.subarray(before + own.length)) put(id);
  return { text: shown, special, tokens: all.length };
}

/** Where `part` begins in `all`; the tokenizer only puts tokens around a text. */
function offsetOf(part: Int32Array, all: Int32Array): number {
  const last = all.length - part.length;
  for (let start = 0; start < last; start++) if (part.every((id, index) => all[start + index] === id)) return start;
  return Math.max(0, last);
}
