/** What a built-in reward is: a checked set of options and the function made from them. */
import { z } from 'zod';
import { UserError } from '../../protocol/errors.ts';
import type { Reward, RewardInput } from '../../../library/types.ts';

export interface Builtin {
  /** Names of its options. */
  readonly options: readonly string[];
  /** The reward function. Throws `UserError` on a wrong option, naming it. */
  prepare(options: unknown): Reward;
}

export function defineBuiltin<Shape extends z.ZodRawShape>(
  shape: Shape,
  create: (options: z.output<z.ZodObject<Shape, z.core.$strict>>) => Reward,
): Builtin {
  const schema = z.strictObject(shape);
  return {
    options: Object.keys(shape),
    prepare: (options) => {
      const parsed = schema.safeParse(options);
      if (parsed.success) return create(parsed.data);
      const problems = parsed.error.issues.map(({ path, message }) => [...path, message].join(': '));
      throw new UserError(
        `options: ${problems.join('; ')}. Known options: ${Object.keys(shape).join(', ') || 'none'}.`,
      );
    },
  };
}

/** A column of the row as text. Throws with what to set where the row has none. */
export function textColumn(input: RewardInput, column: string): string {
  const value = input[column];
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw new Error(
    `the row has no text in a column "${column}"; set options.answerColumn to one of: ${Object.keys(input).join(', ')}`,
  );
}
