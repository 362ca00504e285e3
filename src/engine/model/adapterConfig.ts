/**
 * `adapter_config.json` of PEFT LoRA adapters. PEFT has dozens of variants that change what an adapter computes, and adds more
 * with every version, so a key that is not known to be harmless must be switched off; else the adapter is refused by that key.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../protocol/errors.ts';
import { clip } from './clip.ts';
import { readJsonObject, type JsonObject } from './jsonFile.ts';
import { isMissing } from './regularFile.ts';

export const ADAPTER_CONFIG_FILE = 'adapter_config.json';

/** A LoRA adapter (arXiv:2106.09685): W + scaling B A for each target module. */
export interface AdapterConfig {
  /** r, the rows of A. */
  readonly rank: number;
  readonly alpha: number;
  /** Of the adapter's input, in training only. */
  readonly dropout: number;
  /** Scaling alpha / sqrt(rank) in place of alpha / rank (arXiv:2312.03732). */
  readonly rankStabilized: boolean;
  /** Whether the base weights are stored `[in, out]` (GPT-2); A and B are not affected. */
  readonly fanInFanOut: boolean;
  /** Modules, or the last parts of their names; null where the file says it by a pattern (the weights' names say which). */
  readonly targets: readonly string[] | null;
  /** Where the base model was; null where the file does not say. */
  readonly baseModel: string | null;
  /** Of a base model of the Hugging Face hub, its commit, tag or branch; null for another, or where the file does not say. */
  readonly revision: string | null;
}

const usedKeys = {
  peft_type: z.literal('LORA'),
  r: z.int().min(1),
  lora_alpha: z.number().positive(),
  lora_dropout: z.number().min(0).lt(1).default(0),
  use_rslora: z.boolean().default(false),
  fan_in_fan_out: z.boolean().default(false),
  target_modules: z.union([z.string(), z.array(z.string())]).nullish(),
  base_model_name_or_path: z.string().nullish(),
  revision: z.string().nullish(),
};
const configSchema = z.object(usedKeys);

/** Say how the adapter was made, or which modules it has (the weights' names say that), and nothing about what it computes. */
const HARMLESS_KEYS = new Set([
  ...['peft_version', 'task_type', 'inference_mode', 'auto_mapping'],
  ...['layers_to_transform', 'layers_pattern', 'exclude_modules', 'eva_config'],
  ...['megatron_core', 'qalora_group_size', 'ensure_weight_tying', 'runtime_config'],
]);

/** Initialisations that leave the base weights as they are. The others (PiSSA, OLoRA, CorDA, ...) change them as well. */
const HARMLESS_INITIALISATIONS: readonly unknown[] = [true, false, 'gaussian', 'eva', 'orthogonal', undefined];

/** Factor of B A. */
export function loraScaling({ rank, alpha, rankStabilized }: AdapterConfig): number {
  return alpha / (rankStabilized ? Math.sqrt(rank) : rank);
}

/** @throws UserError when the file is missing, damaged, or asks for something that is not plain LoRA */
export async function readAdapterConfig(folder: string): Promise<AdapterConfig> {
  const path = join(folder, ADAPTER_CONFIG_FILE);
  const json = await readJsonObject(path).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
    throw new UserError(`${folder} is not an adapter folder: it has no ${ADAPTER_CONFIG_FILE}.`);
  });
  const parsed = configSchema.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new UserError(`${path} does not describe a LoRA adapter of PEFT:\n${clip(problems.join('\n'))}`);
  }
  const variant = unsupportedKey(json);
  if (variant !== undefined) {
    throw new UserError(
      `${path}: "${clip(variant)}" is ${clip(JSON.stringify(json[variant]))}, which changes what the adapter computes and is not supported. ` +
        'Supported are plain LoRA adapters with one rank and alpha. Merge this one into its base model with PEFT, and use the merged model.',
    );
  }
  const config = parsed.data;
  return {
    rank: config.r,
    alpha: config.lora_alpha,
    dropout: config.lora_dropout,
    rankStabilized: config.use_rslora,
    fanInFanOut: config.fan_in_fan_out,
    targets: Array.isArray(config.target_modules) ? config.target_modules : null,
    baseModel: config.base_model_name_or_path ?? null,
    revision: config.revision ?? null,
  };
}

function unsupportedKey(json: JsonObject): string | undefined {
  return Object.keys(json).find((key) => {
    const value = json[key];
    if (Object.hasOwn(usedKeys, key) || HARMLESS_KEYS.has(key)) return false;
    if (key === 'init_lora_weights') return !HARMLESS_INITIALISATIONS.includes(value);
    if (key === 'bias') return value !== 'none';
    return !isOff(value);
  });
}

/** null, false, "", {} and []: how PEFT writes what is not in use. */
function isOff(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === null || value === false || value === '';
}

/**
 * The file's text, in the form PEFT writes. Only keys that every PEFT since 0.9 knows: older ones refuse a key that is new, newer
 * ones fill in what is missing.
 *
 * @param modules full names, from which the targets come where the configuration has none
 */
export function formatAdapterConfig(config: AdapterConfig, modules: Iterable<string>): string {
  const json = {
    alpha_pattern: {},
    auto_mapping: null,
    base_model_name_or_path: config.baseModel,
    bias: 'none',
    fan_in_fan_out: config.fanInFanOut,
    inference_mode: true,
    init_lora_weights: true,
    layers_pattern: null,
    layers_to_transform: null,
    lora_alpha: config.alpha,
    lora_dropout: config.dropout,
    modules_to_save: null,
    peft_type: 'LORA',
    r: config.rank,
    rank_pattern: {},
    revision: config.revision,
    target_modules: config.targets ?? [...modules].sort(),
    task_type: 'CAUSAL_LM',
    use_dora: false,
    use_rslora: config.rankStabilized,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
