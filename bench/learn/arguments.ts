/** The command lines of both benchmarks of learning. */
import { resolve } from 'node:path';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { UsageError, UserError } from '../../src/engine/protocol/errors.ts';

/** What both take. */
export const COMMON = {
  warm: { type: 'string' },
  train: { type: 'string' },
  heldout: { type: 'string' },
  seeds: { type: 'string' },
  runs: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Exits with 1 where it did not pass, 2 where it was called wrongly; `--help` says how to call it. */
export async function runBenchmark(usage: string, main: (args: readonly string[]) => Promise<boolean>): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(usage);
    return;
  }
  try {
    process.exitCode = (await main(args)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error instanceof UsageError ? `${error.message}\n\n${usage}` : error.message);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

/** @throws UsageError for an option that is none of these */
export function optionsIn<T extends ParseArgsOptionsConfig>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @throws UsageError where it is missing */
export function path(name: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`--${name} is missing.`);
  return resolve(value);
}

/** @throws UsageError where it is no whole number from 1 */
export function count(name: string, value: string | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw new UsageError(`--${name} takes a whole number from 1, not "${value}".`);
}
