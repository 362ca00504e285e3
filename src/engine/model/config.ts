/** Reading `config.json` of a model: which architecture it is, and errors that name the key. */
import { z } from 'zod';
import { UserError } from '../protocol/errors.ts';
import { clip } from './clip.ts';

/** Limits far above any model's: a file that says more would cost time and memory before its weights are found not to fit. */
const MAX_LAYERS = 1024;
const MAX_SIZE = 2 ** 20;
const MAX_HEAD_SIZE = 4096;

export const layerCountSchema = z.int().positive().max(MAX_LAYERS);
/** A width, a vocabulary, a number of heads. */
export const sizeSchema = z.int().positive().max(MAX_SIZE);
export const headSizeSchema = z.int().positive().max(MAX_HEAD_SIZE);

/** The size of a head where the configuration does not say it: an equal part of the width that `key` gives. */
export function headSizeOf(name: string, key: string, width: number, heads: number): number {
  if (width % heads !== 0) throw unsupported(name, key, `${heads} heads cannot share ${width} features equally`);
  const size = width / heads;
  if (size > MAX_HEAD_SIZE)
    throw unsupported(name, key, `a head would have ${size} features, and at most ${MAX_HEAD_SIZE} are taken`);
  return size;
}

/** Parses an architecture's part of the configuration; keys it does not use are left alone. */
export function parseConfig<T extends z.ZodType>(name: string, schema: T, configuration: unknown): z.output<T> {
  const result = schema.safeParse(configuration);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new UserError(
    `config.json does not describe a ${name} model that this engine can run:\n${clip(problems.join('\n'))}`,
  );
}

/** A configuration that is valid but asks for something the engine does not do. */
export function unsupported(name: string, key: string, why: string): UserError {
  return new UserError(`config.json: ${key} of this ${clip(name)} model is not supported: ${clip(why)}.`);
}
