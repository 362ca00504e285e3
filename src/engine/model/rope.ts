/** Frequencies of rotary position embeddings, with the scalings found in `config.json`. */
import { isDeepStrictEqual } from 'node:util';
import { clip } from './clip.ts';
import { z } from 'zod';
import { unsupported } from './config.ts';
import { isJsonObject } from './jsonFile.ts';

/** Of what is read with these keys, all features of a head are rotated. */
const wholeHead = z.literal(1).optional();

/** Keys of other scalings pass; an object is what a kind of layer has for itself, and would be passed over. */
const otherKey = z.unknown().refine((value) => !isJsonObject(value), 'frequencies by kind of layer are not read here');

/** The frequencies' base and scaling. */
export const ropeScalingSchema = z
  .object({
    rope_type: z.string().optional(),
    /** The key's name before transformers 4.43. */
    type: z.string().optional(),
    rope_theta: z.number().positive().optional(),
    factor: z.number().positive().optional(),
    low_freq_factor: z.number().positive().optional(),
    high_freq_factor: z.number().positive().optional(),
    original_max_position_embeddings: z.number().positive().optional(),
    partial_rotary_factor: wholeHead,
  })
  .catchall(otherKey);

/** `rope_parameters` since transformers 5, `rope_theta` and `rope_scaling` before. */
export const ropeConfigSchema = z.object({
  rope_theta: z.number().positive().optional(),
  rope_scaling: ropeScalingSchema.nullish(),
  rope_parameters: ropeScalingSchema.nullish(),
  partial_rotary_factor: wholeHead,
});

export type RopeConfig = z.output<typeof ropeConfigSchema>;

const DEFAULT_THETA = 10_000;

/**
 * Radians per position, `[size/2]`: theta^(-2i/size), scaled as the configuration says. Which of `rope_scaling` and `rope_parameters` goes
 * before the other depends on the version that reads them, so they have to mean the same where both are there.
 */
export function rotaryFrequencies(name: string, config: RopeConfig, size: number): number[] {
  if (size % 2 !== 0)
    throw unsupported(name, 'head_dim', `rotary positions turn pairs of features, and ${size} is odd`);
  const { rope_theta: theta, rope_scaling: scaling, rope_parameters: parameters } = config;
  const frequencies = scaledFrequencies(name, { rope_theta: theta, ...(parameters ?? scaling) }, size);
  if (scaling && parameters) {
    const others = scaledFrequencies(name, { rope_theta: theta, ...scaling }, size);
    if (!isDeepStrictEqual(others, frequencies))
      throw unsupported(name, 'rope_scaling', 'rope_parameters says otherwise; remove the one that is wrong');
  }
  return frequencies;
}

function scaledFrequencies(name: string, parameters: z.output<typeof ropeScalingSchema>, size: number): number[] {
  const { rope_theta: theta = DEFAULT_THETA } = parameters;
  const base = Array.from({ length: size / 2 }, (_, i) => theta ** ((-2 * i) / size));
  const kind = parameters.rope_type ?? parameters.type ?? 'default';
  switch (kind) {
    case 'default':
      return base;
    case 'linear': {
      const { factor } = parameters;
      if (factor === undefined) throw unsupported(name, 'rope scaling', 'linear scaling needs a factor');
      return base.map((frequency) => frequency / factor);
    }
    case 'llama3':
      return base.map(llama3Scaling(name, parameters));
    default:
      throw unsupported(name, `rope_type "${clip(kind)}"`, 'the scalings known here are default, linear and llama3');
  }
}

/**
 * Llama 3's scaling (arXiv:2407.21783; transformers' `_compute_llama3_parameters`): wavelengths beyond the old context are stretched by
 * `factor`, short ones kept, those between interpolated.
 */
function llama3Scaling(name: string, parameters: z.output<typeof ropeScalingSchema>): (frequency: number) => number {
  const {
    factor,
    low_freq_factor: low,
    high_freq_factor: high,
    original_max_position_embeddings: context,
  } = parameters;
  if (factor === undefined || low === undefined || high === undefined || context === undefined)
    throw unsupported(
      name,
      'rope scaling',
      'llama3 scaling needs factor, low_freq_factor, high_freq_factor and original_max_position_embeddings',
    );
  return (frequency) => {
    const turns = (context * frequency) / (2 * Math.PI);
    if (turns < low) return frequency / factor;
    if (turns > high) return frequency;
    const smooth = (turns - low) / (high - low);
    return ((1 - smooth) * frequency) / factor + smooth * frequency;
  };
}
