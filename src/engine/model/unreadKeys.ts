/** Keys of `config.json` that change what a model computes and that no architecture here reads: it is refused where one is in use. */
import { unsupported } from './config.ts';
import type { JsonObject } from './jsonFile.ts';

const MIXTURE = 'it is a mixture of experts, and the layers of this engine have one MLP';
const SOFTCAP = 'scores are not capped here';
const BIDIRECTIONAL = 'tokens see those after them, and a policy writes from left to right';

/** By key, why a value that is not off is refused. */
const REASONS: Readonly<Record<string, string>> = {
  num_experts: MIXTURE,
  num_local_experts: MIXTURE,
  n_routed_experts: MIXTURE,
  attn_logit_softcapping: SOFTCAP,
  final_logit_softcapping: SOFTCAP,
  quantization_config: 'its weights are quantised; take the model that it was made from',
  vision_config: 'it takes images as well; only models of text run here, such as gemma3_text for gemma3',
  use_bidirectional_attention: BIDIRECTIONAL,
  add_cross_attention: 'it reads another model beside its own tokens',
  is_encoder_decoder: 'it has an encoder, and only decoders run here',
  alibi: 'positions are learned or rotary here',
  rope_interleaved: 'neighbouring features are rotated in GPT-J only',
};

/** @throws UserError naming the first such key */
export function refuseUnreadKeys(name: string, config: JsonObject): void {
  for (const [key, why] of Object.entries(REASONS))
    if (Object.hasOwn(config, key) && !isOff(config[key])) throw unsupported(name, key, why);
  // The one key that asks for something by being off.
  if (config['is_causal'] === false) throw unsupported(name, 'is_causal', BIDIRECTIONAL);
}

/** How configurations write what is not in use. */
function isOff(value: unknown): boolean {
  return value === null || value === false || value === 0;
}
