/** Which files of a model's repository are fetched. */
import type { HubFile } from '../../hub/hubClient.ts';
import { UserError } from '../../protocol/errors.ts';
import {
  CONFIG_FILE,
  GENERATION_CONFIG_FILE,
  PICKLED_WEIGHTS,
  PICKLES_ARE_CODE,
  WEIGHTS_FILE,
  WEIGHTS_INDEX_FILE,
} from '../modelFolder.ts';
import { CHAT_TEMPLATE_FILE, TOKENIZER_CONFIG_FILE, TOKENIZER_FILE } from '../tokenizer.ts';

/** What the engine reads beside the weights and their index. */
const READ_HERE: ReadonlySet<string> = new Set([
  CONFIG_FILE,
  GENERATION_CONFIG_FILE,
  TOKENIZER_FILE,
  TOKENIZER_CONFIG_FILE,
  CHAT_TEMPLATE_FILE,
]);

/** What transformers and vLLM look for beside that, since the cache is theirs too. */
const READ_BY_OTHERS: ReadonlySet<string> = new Set([
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'merges.txt',
  'tokenizer.model',
]);

const FOR_PEOPLE: ReadonlySet<string> = new Set(['README.md', 'LICENSE', 'LICENSE.txt', 'LICENSE.md']);

/** They come before anyone has agreed to a download. The largest tokenizers of known models have half of it. */
const MAX_DESCRIPTION_BYTES = 64 * 2 ** 20;
const MAX_TEXT_BYTES = 2 ** 20;

/**
 * The files that say what a model is, without its weights, all of them small. What the engine does not read is left out where it is not.
 * @throws UserError where it is none that can be used, or where one that the engine reads is too large
 */
export function descriptionFiles(name: string, files: readonly HubFile[]): HubFile[] {
  const has = (path: string): boolean => files.some((file) => file.path === path);
  if (!has(CONFIG_FILE)) {
    const format = files.some(({ path }) => path.endsWith('.gguf'))
      ? 'Its weights are GGUF files, for llama.cpp. '
      : '';
    const adapter = has('adapter_config.json') ? 'It is an adapter: get the model that it was trained on. ' : '';
    throw new UserError(
      `${name} has no ${CONFIG_FILE}, so it is no model that transformers or this engine could open. ${format}${adapter}`.trim(),
    );
  }
  if (!has(WEIGHTS_FILE) && !has(WEIGHTS_INDEX_FILE)) throw noSafetensors(name, files);
  if (!has(TOKENIZER_FILE))
    throw new UserError(
      `${name} has no ${TOKENIZER_FILE}, by which this engine turns text into tokens. Where transformers makes one of what it has: ` +
        'AutoTokenizer.from_pretrained(...).save_pretrained(...) writes it, into a folder of yours with the rest of the model.',
    );
  const needed = has(WEIGHTS_FILE) ? READ_HERE : new Set([...READ_HERE, WEIGHTS_INDEX_FILE]);
  return files.filter(({ path, bytes }) => {
    if (!needed.has(path))
      return (
        (READ_BY_OTHERS.has(path) && bytes <= MAX_DESCRIPTION_BYTES) ||
        (FOR_PEOPLE.has(path) && bytes <= MAX_TEXT_BYTES)
      );
    if (bytes <= MAX_DESCRIPTION_BYTES) return true;
    throw new UserError(
      `${name} has a ${path} of ${Math.ceil(bytes / 2 ** 20)} MiB, more than the ${MAX_DESCRIPTION_BYTES / 2 ** 20} MiB that such a file ` +
        'is fetched with, so nothing is. Look for another upload of the model.',
    );
  });
}

/**
 * The files with the weights.
 * @param shards names in the index; null where the weights are one file
 * @throws UserError where one is not there
 */
export function weightFiles(name: string, files: readonly HubFile[], shards: readonly string[] | null): HubFile[] {
  return (shards ?? [WEIGHTS_FILE]).map((path) => {
    const file = files.find((each) => each.path === path);
    if (file !== undefined) return file;
    throw new UserError(`${name} is not whole: ${WEIGHTS_INDEX_FILE} names ${path}, which the hub does not list.`);
  });
}

function noSafetensors(name: string, files: readonly HubFile[]): UserError {
  const pickled = files.find(({ path }) => PICKLED_WEIGHTS.test(path));
  return new UserError(
    pickled === undefined
      ? `${name} has no weights as safetensors, neither ${WEIGHTS_FILE} nor ${WEIGHTS_INDEX_FILE}, so there is nothing to train.`
      : `${name} has its weights only as ${pickled.path}. ${PICKLES_ARE_CODE} Look for another upload of it that has safetensors, ` +
          'or a pull request that adds them: owner/name@refs/pr/1.',
  );
}
