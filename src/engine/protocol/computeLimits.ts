/** What a person lets engines take of the machine: part of the machine's settings and not of an experiment. */
import { UserError } from './errors.ts';

export interface ComputeLimits {
  /** Threads to compute with where an experiment leaves them open. */
  readonly threads?: number;
  /** Resident memory of the process that computes, in bytes. */
  readonly memoryBytes?: number;
}

/** Variables of the environment that say so in a terminal; an editor has settings. */
export const THREADS_VARIABLE = 'RLVR_THREADS';
export const MEMORY_VARIABLE = 'RLVR_MEMORY_LIMIT';

const UNITS: Readonly<Record<string, number>> = { mb: 1e6, gb: 1e9, mib: 2 ** 20, gib: 2 ** 30 };

/** @throws UserError where one of the two is not what it should be */
export function limitsOfEnvironment(env: Readonly<Record<string, string | undefined>>): ComputeLimits {
  const threads = env[THREADS_VARIABLE] ?? '';
  const memory = env[MEMORY_VARIABLE] ?? '';
  return {
    ...(threads === '' ? {} : { threads: parseThreads(threads) }),
    ...(memory === '' ? {} : { memoryBytes: parseMemorySize(memory, MEMORY_VARIABLE) }),
  };
}

function parseThreads(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new UserError(`${THREADS_VARIABLE} must be a number of threads, such as 4, not "${text}".`);
  return Number(text);
}

/**
 * Bytes of a size such as `6 GB` or `512MiB`.
 * @param name of the setting, for the error
 * @throws UserError where it is none
 */
export function parseMemorySize(text: string, name: string): number {
  const [, number = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([MG]i?B)\s*$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * (UNITS[unit.toLowerCase()] ?? 0));
  if (bytes > 0) return bytes;
  throw new UserError(`${name} must be a size with its unit, such as 6 GB, not "${text}".`);
}
