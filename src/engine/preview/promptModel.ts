/** What writing and counting prompts takes of a model: its tokenizer, its chat template, its context. No weights are read. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openModelFolder, CONFIG_FILE, GENERATION_CONFIG_FILE } from '../model/modelFolder.ts';
import { architectureOf } from '../model/registry.ts';
import { CHAT_TEMPLATE_FILE, Tokenizer, TOKENIZER_CONFIG_FILE, TOKENIZER_FILE } from '../model/tokenizer.ts';

export interface PromptModel {
  /** Absolute. */
  readonly folder: string;
  readonly tokenizer: Tokenizer;
  /** Tokens that the model can hold. */
  readonly contextLength: number;
}

/** What decides it. */
const FILES = [CONFIG_FILE, GENERATION_CONFIG_FILE, TOKENIZER_FILE, TOKENIZER_CONFIG_FILE, CHAT_TEMPLATE_FILE];

/** Keeps the model that was asked for last, since a large vocabulary takes a second to read. */
export class PromptModels {
  #newest: { readonly key: string; readonly model: PromptModel } | null = null;

  /**
   * @param folder absolute
   * @throws UserError where it is no model that can be used
   */
  async get(folder: string): Promise<PromptModel> {
    const key = [folder, ...(await Promise.all(FILES.map((file) => stampOf(join(folder, file)))))].join('\n');
    if (this.#newest?.key === key) return this.#newest.model;
    const { path, config, eosTokenIds } = await openModelFolder(folder);
    const { contextLength } = architectureOf(config);
    const model = { folder: path, tokenizer: await Tokenizer.load(path, eosTokenIds), contextLength };
    this.#newest = { key, model };
    return model;
  }
}

/** Another one for another content, as far as the file system tells. */
async function stampOf(file: string): Promise<string> {
  try {
    const { mtimeMs, size } = await stat(file);
    return `${mtimeMs} ${size}`;
  } catch {
    return '-';
  }
}
