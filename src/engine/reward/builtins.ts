/** The built-in rewards by the name an experiment gives as `function`. */
import type { BuiltinRewardName } from '../protocol/builtinRewards.ts';
import { UserError } from '../protocol/errors.ts';
import { nearest } from '../protocol/nearest.ts';
import type { Reward } from '../../library/types.ts';
import type { Builtin } from './builtins/builtin.ts';
import { finalNumber } from './builtins/finalNumber.ts';
import { format } from './builtins/format.ts';
import { gsm8k } from './builtins/gsm8k.ts';
import { length } from './builtins/length.ts';
import { random } from './builtins/random.ts';
import { repetitionPenalty } from './builtins/repetitionPenalty.ts';
import { softOverlong } from './builtins/softOverlong.ts';

/** Part of a run's identity: raise it when any built-in gives another value than before. */
export const BUILTINS_VERSION = 2;

const table: Readonly<Record<BuiltinRewardName, Builtin>> = {
  gsm8k,
  finalNumber,
  format,
  length,
  repetitionPenalty,
  softOverlong,
  random,
};
export const builtins: ReadonlyMap<string, Builtin> = new Map(Object.entries(table));

/** The built-in reward `name` with its options. Throws `UserError` on an unknown name or a wrong option. */
export function prepareBuiltin(name: string, options: unknown): Reward {
  const builtin = builtins.get(name);
  if (builtin !== undefined) {
    try {
      return builtin.prepare(options);
    } catch (error) {
      throw error instanceof UserError ? new UserError(`Reward "${name}": ${error.message}`) : error;
    }
  }
  const known = [...builtins.keys()];
  const near = nearest(name, known);
  throw new UserError(
    `There is no built-in reward "${name}"${near === undefined ? '.' : `; did you mean "${near}"?`} ` +
      `Built in are ${known.join(', ')}. For a function of your own, add "file" to the reward.`,
  );
}
