/** The architectures that the engine knows, by `model_type` of `config.json`. */
import { UserError } from '../protocol/errors.ts';
import type { Architecture } from './architecture.ts';
import { clip } from './clip.ts';
import { gemma3 } from './gemma3.ts';
import { gpt2 } from './gpt2.ts';
import { gptJ } from './gptJ.ts';
import { gptNeo } from './gptNeo.ts';
import { llama } from './llama.ts';
import { mistral } from './mistral.ts';
import { qwen2 } from './qwen2.ts';
import { qwen3 } from './qwen3.ts';
import { refuseUnreadKeys } from './unreadKeys.ts';

const architectures: Readonly<Record<string, (configuration: unknown) => Architecture>> = {
  gpt2,
  gpt_neo: gptNeo,
  gptj: gptJ,
  llama,
  mistral,
  qwen2,
  qwen3,
  gemma3_text: gemma3,
};

/** The architecture that a model's `config.json` describes. */
export function architectureOf(config: Readonly<Record<string, unknown>>): Architecture {
  const type = config['model_type'];
  const known = Object.keys(architectures).join(', ');
  if (typeof type !== 'string')
    throw new UserError(`config.json has no model_type, so its architecture is not known. Supported are: ${known}.`);
  refuseUnreadKeys(type, config);
  const make = Object.hasOwn(architectures, type) ? architectures[type] : undefined;
  if (!make)
    throw new UserError(
      `The architecture "${clip(type)}" is not supported; supported are: ${known}. docs/adding-an-architecture.md says how to add one.`,
    );
  return make(config);
}
