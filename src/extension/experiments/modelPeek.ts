/** A first look at a folder that may hold a model, for a new experiment. Reads no weights. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Weights as the engine reads them: one file, or shards with an index. */
const WEIGHTS = /\.safetensors(?:\.index\.json)?$/;

export function isModelFolder(folder: string): boolean {
  if (!existsSync(join(folder, 'config.json'))) return false;
  const names = readdirSync(folder);
  // An adapter has a configuration of its own beside its weights, and is no model.
  return names.some((name) => WEIGHTS.test(name) && !name.startsWith('adapter_model'));
}

/** Whether the model comes with a chat template, and so expects its prompts as conversations. */
export function hasChatTemplate(folder: string): boolean {
  if (existsSync(join(folder, 'chat_template.jinja'))) return true;
  try {
    const config: unknown = JSON.parse(readFileSync(join(folder, 'tokenizer_config.json'), 'utf8'));
    return typeof config === 'object' && config !== null && 'chat_template' in config && config.chat_template !== null;
  } catch {
    // Missing or damaged: training says so in its own words.
    return false;
  }
}
