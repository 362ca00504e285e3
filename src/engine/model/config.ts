/** Reading `config.json` of a model: which architecture it is, and errors that name the key. */
import type { z } from 'zod';
import { UserError } from '../protocol/errors.ts';

/** Parses an architecture's part of the configuration; keys it does not use are left alone. */
export function parseConfig<T extends z.ZodType>(name: string, schema: T, configuration: unknown): z.output<T> {
  const result = schema.safeParse(configuration);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new UserError(
    `config.json does not describe a ${name} model that this engine can run:\n${problems.join('\n')}`,
  );
}

/** A configuration that is valid but asks for something the engine does not do. */
export function unsupported(name: string, key: string, why: string): UserError {
  return new UserError(`config.json: ${key} of this ${name} model is not supported: ${why}.`);
}
