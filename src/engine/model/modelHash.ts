import { knownHash } from './knownHash.ts';
import { CONFIG_FILE, GENERATION_CONFIG_FILE, WEIGHTS_INDEX_FILE, type ModelFolder } from './modelFolder.ts';

/** Everything that decides what the policy says, the weights apart. */
const SMALL_FILES = [
  CONFIG_FILE,
  GENERATION_CONFIG_FILE,
  WEIGHTS_INDEX_FILE,
  'tokenizer.json',
  'tokenizer_config.json',
  'chat_template.jinja',
];

/**
 * Identifies a model by its contents, wherever it lies: sha256, in hexadecimal, over name, size and bytes of its configuration,
 * tokenizer and weights. Where they are not known from before it reads every weight: about a second for each gigabyte.
 */
export async function modelHash(folder: ModelFolder): Promise<string> {
  return knownHash(folder.path, [...SMALL_FILES, ...folder.weightFiles]);
}
