/** The demo's tokenizer, trained on its problems, in the files that Hugging Face libraries read. */
import { learnBytePairs } from './bytePairs.ts';

export const PAD = { token: '<|pad|>', id: 0 } as const;
export const END = { token: '<|end|>', id: 1 } as const;
const SPECIAL = [PAD, END];

/** The mark of the answer; words with the space before them; digits, line ends and signs one by one. */
const PIECES = String.raw`####| ?\p{L}+|\p{N}|\n|[^\p{L}\p{N}\s]| `;
/** More than the problems need: learning ends when every word is one token. */
const MAX_TOKENS = 256;

export interface TokenizerFiles {
  readonly tokenizer: object;
  readonly tokenizerConfig: object;
  readonly tokens: number;
}

/** @param contextLength in tokens, for the configuration */
export function trainTokenizer(texts: readonly string[], contextLength: number): TokenizerFiles {
  const pattern = new RegExp(PIECES, 'gu');
  const pieces = texts.flatMap((text) => Array.from(text.matchAll(pattern), ([piece]) => byteSymbols(piece)));
  const { symbols, merges } = learnBytePairs(pieces, MAX_TOKENS - SPECIAL.length);
  const vocabulary = [...SPECIAL.map(({ token }) => token), ...symbols];
  const split = { type: 'Split', pattern: { Regex: PIECES }, behavior: 'Isolated', invert: false };
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
  return {
    tokens: vocabulary.length,
    tokenizer: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: SPECIAL.map(({ token, id }) => addedToken(token, id)),
      normalizer: null,
      pre_tokenizer: { type: 'Sequence', pretokenizers: [split, byteLevel] },
      post_processor: null,
      decoder: { ...byteLevel, use_regex: true },
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: false,
        vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
        merges,
      },
    },
    tokenizerConfig: {
      tokenizer_class: 'PreTrainedTokenizerFast',
      bos_token: END.token,
      eos_token: END.token,
      pad_token: PAD.token,
      model_max_length: contextLength,
      clean_up_tokenization_spaces: false,
    },
  };
}

function addedToken(content: string, id: number): object {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}

/** Bytes that GPT-2's byte-level encoding writes as themselves: the printable ones of Latin-1. */
function isPrintable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xff && byte !== 0xad);
}

/** The character for each byte; those that do not print stand, in order, from U+0100 on (a space is `Ġ`, a line end `Ċ`). */
const BYTE_SYMBOLS: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPrintable(byte) ? byte : next++));
})();

function byteSymbols(text: string): string {
  return Array.from(Buffer.from(text), (byte) => BYTE_SYMBOLS[byte]).join('');
}
