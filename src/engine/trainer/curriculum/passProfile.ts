/** How often the policy that a run starts from solves its problems, as a file keeps it. */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { UserError } from '../../protocol/errors.ts';
import type { Metrics } from '../../protocol/metrics.ts';
import { writeFileWhole } from '../../run/durable.ts';

const count = z.int().min(0);

const measuredSchema = z.strictObject({
  problem: count,
  solved: count,
  /** Completions with a reward. */
  scored: count,
  /** Tokens of all its completions. */
  tokens: count,
});

const profileSchema = z.strictObject({
  format: z.literal(1),
  /** Of all that it depends on (`profileKey.ts`). */
  key: z.string(),
  problems: z.array(measuredSchema),
});

export type MeasuredProblem = z.output<typeof measuredSchema>;
export type PassProfile = z.output<typeof profileSchema>;

/**
 * @param key of what it must have been measured with; null where that is known
 * @returns null where there is no such file
 * @throws UserError where there is one that cannot be used
 */
export function readProfile(path: string, key: string | null): PassProfile | null {
  if (!existsSync(path)) return null;
  const profile = parsed(readFileSync(path, 'utf8'));
  if (profile === null)
    throw new UserError(`${path} is not a profile of pass rates. Remove it, and the problems are measured again.`);
  if (key !== null && profile.key !== key)
    throw new UserError(
      `${path} was measured with another model, other data, rewards or sampling settings. Remove it, and the problems are measured again.`,
    );
  return profile;
}

function parsed(text: string): PassProfile | null {
  try {
    return profileSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Whole or not at all. */
export function writeProfile(path: string, profile: PassProfile): void {
  writeFileWhole(path, (append) => append(`${JSON.stringify(profile)}\n`));
}

/** What was measured of a profile that was not finished. A line that is damaged or was cut short is measured again. */
export function parseMeasured(lines: string): MeasuredProblem[] {
  const whole = lines.slice(0, lines.lastIndexOf('\n') + 1).split('\n');
  return whole.flatMap((line) => {
    try {
      return measuredSchema.parse(JSON.parse(line));
    } catch {
      return [];
    }
  });
}

/** What the profile cost and came to. */
export function profileMetrics(profile: PassProfile | null): Metrics {
  if (profile === null) return {};
  const sum = (count: (problem: MeasuredProblem) => number): number =>
    profile.problems.reduce((total, problem) => total + count(problem), 0);
  const scored = sum((problem) => problem.scored);
  return {
    'curriculum/profile_tokens': sum(({ tokens }) => tokens),
    ...(scored === 0 ? {} : { 'curriculum/profile_pass': sum(({ solved }) => solved) / scored }),
  };
}

/** By a problem's number, the share of its scored completions that is solved; null where there is none. */
export function passRateOf(profile: PassProfile | null): (problem: number | undefined) => number | null {
  const rates = new Map(
    profile?.problems.map(({ problem, solved, scored }) => [problem, scored > 0 ? solved / scored : null]),
  );
  return (problem) => (problem === undefined ? null : (rates.get(problem) ?? null));
}
