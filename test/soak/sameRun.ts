/** Whether a run that was disturbed is the run that was not, told without keeping either in memory. */
import { createHash } from 'node:crypto';
import { recordOf } from '../support/runRecord.ts';

/** sha256 of each part of a run that does not depend on the clock, and of each file of weights and optimiser state. */
export type RunDigest = Readonly<Record<string, string>>;

export function digestOf(dir: string): RunDigest {
  const { saved, ...parts } = recordOf(dir);
  return { ...Object.fromEntries(Object.entries(parts).map(([part, value]) => [part, sha256(value)])), ...saved };
}

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** The parts and files that differ. */
export function differences(actual: RunDigest, expected: RunDigest): string[] {
  const names = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  return [...names].flatMap((name) => {
    if (actual[name] === expected[name]) return [];
    if (actual[name] === undefined) return [`${name} (missing)`];
    return [expected[name] === undefined ? `${name} (too much)` : name];
  });
}
