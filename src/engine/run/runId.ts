/** Names of runs: `YYYYMMDD-HHMMSS-xxxx`, the time in UTC so that names sort by it, and four random characters. */
import { randomInt } from 'node:crypto';

/** Lower-case letters and digits, without those that are taken for each other. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

export function createRunId(
  now: Date = new Date(),
  pick: (count: number) => number = (count) => randomInt(count),
): string {
  const digits = now.toISOString().replaceAll(/\D/g, '');
  const suffix = Array.from({ length: 4 }, () => ALPHABET.charAt(pick(ALPHABET.length))).join('');
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${suffix}`;
}

export function isRunId(name: string): boolean {
  return /^\d{8}-\d{6}-[a-z0-9]{4}$/.test(name);
}
