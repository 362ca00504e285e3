/** Text to token ids and back, by the `tokenizer.json` of a model folder. */
import { join } from 'node:path';
import { Tokenizer as TokenizerModel } from '@huggingface/tokenizers';
import { UserError } from '../protocol/errors.ts';
import { clip } from './clip.ts';
import {
  isJsonObject,
  readJsonObject,
  readOptionalJsonObject,
  type JsonFileLimits,
  type JsonObject,
} from './jsonFile.ts';
import { needsLimit, withinLimit } from './patternLimit.ts';
import { isMissing, readOptionalFile } from './regularFile.ts';

export const TOKENIZER_FILE = 'tokenizer.json';
export const TOKENIZER_CONFIG_FILE = 'tokenizer_config.json';
export const CHAT_TEMPLATE_FILE = 'chat_template.jinja';

/** The largest vocabularies in use, of about 260,000 tokens, have 35 MB and two million values, most of them in merges. */
const TOKENIZER_LIMITS: JsonFileLimits = { bytes: 256 * 2 ** 20, values: 4_000_000 };
/** The longest templates in use have some 20 KB. */
const MAX_TEMPLATE_BYTES = 2 ** 20;

/** What turning ids into text takes. */
export type TokenDecoder = Pick<Tokenizer, 'decode' | 'hasText'>;

export class Tokenizer {
  /** Ids that end a sequence: of the model's configurations and the tokenizer's `eos_token`, ascending. */
  readonly eosTokenIds: readonly number[];
  /** The tokenizer's own `eos_token`, with which a text or an assistant's turn is closed; null where it names none. */
  readonly endOfTextId: number | null;
  /** One more than the largest id. The model's own vocabulary may be padded to more. */
  readonly vocabularySize: number;
  /** Ids that stand for no text, such as begin and end of sequence. */
  readonly specialTokenIds: ReadonlySet<number>;
  /** Texts that are one token wherever they stand, so that what is before and behind them is encoded apart; longest first. */
  readonly separators: readonly string[];
  /** Jinja source of the chat template; null where the model has none. */
  readonly chatTemplate: string | null;
  /** The special tokens' texts by the names that templates know them by (`bos_token`, `eos_token`, ...). */
  readonly specialTokens: Readonly<Record<string, string>>;
  readonly #model: TokenizerModel;
  readonly #encoding: Guard;
  readonly #decoding: Guard;

  private constructor(
    { model, encoding, decoding }: GuardedModel,
    config: JsonObject,
    templateFile: string | null,
    eosTokenIds: readonly number[],
  ) {
    this.#model = model;
    this.#encoding = encoding;
    this.#decoding = decoding;
    this.specialTokens = namedTokens(config);
    this.chatTemplate = templateFile ?? defaultTemplate(config['chat_template']);
    this.vocabularySize = model.model?.vocab.length ?? 0;
    const added = [...model.get_added_tokens_decoder().values()];
    const special = added.filter((token) => token.special).map((token) => token.id);
    this.separators = added
      .filter((token) => !token.normalized && !token.lstrip && !token.rstrip && token.content !== '')
      .map((token) => token.content)
      .sort((a, b) => b.length - a.length);
    this.specialTokenIds = new Set([...special, ...this.#ids(additionalSpecialTokens(config))]);
    const eos = this.specialTokens['eos_token'];
    this.endOfTextId = this.#ids(eos === undefined ? [] : [eos])[0] ?? null;
    const own = this.endOfTextId === null ? [] : [this.endOfTextId];
    this.eosTokenIds = [...new Set([...eosTokenIds, ...own])].sort((a, b) => a - b);
  }

  /**
   * Reads the tokenizer of a model folder.
   *
   * @param eosTokenIds end-of-sequence ids that the model's configurations name (`ModelFolder.eosTokenIds`)
   * @param limitMs for tests: what a pattern of the file may take, which is not known to be harmless
   * @throws UserError when `tokenizer.json` is missing, damaged, or of a kind that is not supported
   */
  static async load(folder: string, eosTokenIds: readonly number[] = [], limitMs?: number): Promise<Tokenizer> {
    const path = join(folder, TOKENIZER_FILE);
    const json = await readJsonObject(path, TOKENIZER_LIMITS).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
      throw new UserError(
        `${folder} has no ${TOKENIZER_FILE}. Save the tokenizer in that format: ` +
          'python -c "import sys, transformers as t; t.AutoTokenizer.from_pretrained(sys.argv[1]).save_pretrained(sys.argv[1])" <folder>',
      );
    });
    const config = (await readOptionalJsonObject(join(folder, TOKENIZER_CONFIG_FILE))) ?? {};
    const template = await readOptionalFile(join(folder, CHAT_TEMPLATE_FILE), MAX_TEMPLATE_BYTES);
    const guard = (...parts: readonly string[]): Guard => {
      const isLimited = needsLimit(parts.map((part) => json[part]));
      return (work) => orUnusable(path, isLimited ? () => withinLimit(work, limitMs) : work);
    };
    const encoding = guard('normalizer', 'pre_tokenizer');
    const model = encoding(() => new TokenizerModel(json, config));
    const guarded = { model, encoding, decoding: guard('decoder') };
    return orUnusable(path, () => new Tokenizer(guarded, config, template && textOf(template), eosTokenIds));
  }

  /**
   * @param addSpecialTokens also what the tokenizer puts around a text, such as Llama's begin-of-sequence token
   * @returns the ids; characters that the vocabulary cannot express are left out, as in the reference implementation
   * @throws UserError where a pattern of the file does not come to an end, or cannot be used
   */
  encode(text: string, { addSpecialTokens = true }: { addSpecialTokens?: boolean } = {}): Int32Array {
    return Int32Array.from(
      this.#encoding(() => this.#model.encode(text, { add_special_tokens: addSpecialTokens }).ids),
    );
  }

  /**
   * The text of ids. Nothing is cleaned up, so that what was encoded comes back as it was. Bytes that are not UTF-8 become
   * U+FFFD; ids beyond the vocabulary, which a padded model can sample, have no text.
   * @throws UserError as `encode`
   */
  decode(ids: Iterable<number>, { skipSpecialTokens = true }: { skipSpecialTokens?: boolean } = {}): string {
    const known = [...ids].filter((id) => this.hasText(id, { skipSpecialTokens }));
    // The library refuses an empty array.
    if (known.length === 0) return '';
    return this.#decoding(() => this.#model.decode(known, { clean_up_tokenization_spaces: false }));
  }

  /** Whether an id stands for any text. */
  hasText(id: number, { skipSpecialTokens = true }: { skipSpecialTokens?: boolean } = {}): boolean {
    if (skipSpecialTokens && this.specialTokenIds.has(id)) return false;
    const token = this.#model.id_to_token(id);
    return token !== undefined && token !== '';
  }

  #ids(tokens: readonly string[]): number[] {
    return tokens.map((token) => this.#model.token_to_id(token)).filter((id) => id !== undefined);
  }
}

/** Calls what runs patterns of the file. @throws UserError where it fails or takes too long */
type Guard = <T>(work: () => T) => T;

interface GuardedModel {
  readonly model: TokenizerModel;
  readonly encoding: Guard;
  readonly decoding: Guard;
}

/** @throws UserError where the library cannot use the file at `path` */
function orUnusable<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UserError(`${path} cannot be used: ${clip(error instanceof Error ? error.message : String(error))}.`);
  }
}

/** A token of a configuration: its text, or an object that holds it. */
function tokenText(value: unknown): string | undefined {
  const text = isJsonObject(value) ? value['content'] : value;
  return typeof text === 'string' ? text : undefined;
}

function namedTokens(config: JsonObject): Record<string, string> {
  const named: Record<string, string> = {};
  for (const name of ['bos_token', 'eos_token', 'unk_token', 'pad_token', 'sep_token', 'cls_token', 'mask_token']) {
    const text = tokenText(config[name]);
    if (text !== undefined) named[name] = text;
  }
  return named;
}

function additionalSpecialTokens(config: JsonObject): string[] {
  const tokens: unknown = config['additional_special_tokens'];
  return Array.isArray(tokens) ? tokens.map(tokenText).filter((text) => text !== undefined) : [];
}

/** A template, or a list of named ones of which `default` is for conversations. */
function defaultTemplate(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return null;
  const template: unknown = value.find((entry) => isJsonObject(entry) && entry['name'] === 'default');
  const source = isJsonObject(template) ? template['template'] : undefined;
  return typeof source === 'string' ? source : null;
}

function textOf(utf8: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(utf8);
}
