/** Loads what a grader is to score with: functions of bundled modules, and built-in ones. */
import { pathToFileURL } from 'node:url';
import type { GraderSetup } from '../protocol/grader.ts';
import { prepareBuiltin } from './builtins.ts';
import { errorText } from './errorText.ts';

export type RewardSetup = GraderSetup['rewards'][number];

export interface LoadedReward {
  readonly setup: RewardSetup;
  /** The user's function with `options` joined to the arguments: of an item, or of the array of items. */
  call(items: readonly Readonly<Record<string, unknown>>[]): unknown;
}

/** A reward that could not be loaded, with the text for the user. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
  readonly reward: string;

  constructor(reward: string, message: string) {
    super(message);
    this.reward = reward;
  }
}

/** By reward name. Throws `LoadError`. @param folder what places in messages are relative to */
export async function loadRewards(
  rewards: readonly RewardSetup[],
  folder: string,
): Promise<ReadonlyMap<string, LoadedReward>> {
  const loaded = new Map<string, LoadedReward>();
  for (const setup of rewards) {
    const function_ = await loadFunction(setup).catch((error: unknown) => {
      throw new LoadError(setup.name, error instanceof LoadError ? error.message : errorText(error, folder));
    });
    // Shared by every call, so no call may change it.
    const options = deepFreeze(setup.options);
    const call = (items: readonly Readonly<Record<string, unknown>>[]): unknown => {
      const inputs = items.map((item) => ({ ...item, options }));
      return function_(setup.per === 'group' ? inputs : inputs[0]);
    };
    loaded.set(setup.name, { setup, call });
  }
  return loaded;
}

async function loadFunction(setup: RewardSetup): Promise<(input: unknown) => unknown> {
  const loaded: unknown =
    setup.module === null
      ? prepareBuiltin(setup.function, setup.options)
      : exportOf(await import(pathToFileURL(setup.module).href), setup.function);
  if (typeof loaded !== 'function') {
    throw new LoadError(
      setup.name,
      `"${setup.function}" is not a function but ${loaded === null ? 'null' : typeof loaded}`,
    );
  }
  const { apply } = Reflect;
  return (input) => {
    const returned: unknown = apply(loaded, undefined, [input]);
    return returned;
  };
}

function exportOf(module: unknown, name: string): unknown {
  return typeof module === 'object' && module !== null ? Reflect.get(module, name) : undefined;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
