/** Cases through their reward functions. How a score is come by is the caller's: a grader of one's own, or an engine's. */
import type { RewardResult } from '../protocol/completion.ts';
import { UserError } from '../protocol/errors.ts';
import type { ExpectedScore, RewardCase } from '../protocol/rewardCases.ts';
import type { GivenGroup } from '../protocol/scoring.ts';
import { rewardOfCase, type CaseReward, type NamingExperiment } from './caseRewards.ts';

export type CaseVerdict =
  /** `error`: it threw, as it shall. */
  | { readonly outcome: 'passed'; readonly value: ExpectedScore }
  | { readonly outcome: 'failed'; readonly value: number | null }
  /** The function failed where it shall not, in another way than it shall, or could not be called: why. */
  | { readonly outcome: 'error'; readonly message: string };

/** The results of one function by group and completion. Rejects with UserError where its file cannot be used. */
export type ScoreGroups = (
  reward: CaseReward,
  groups: readonly GivenGroup[],
) => Promise<readonly (readonly RewardResult[])[]>;

/** Where cases are run. */
export interface CaseSurroundings {
  readonly rewardFile: string;
  /** Those that name the reward file, see `experimentsNaming`. */
  readonly experiments: readonly NamingExperiment[];
  readonly score: ScoreGroups;
}

/** The verdicts, in the order of the cases. Each function is asked for its own cases only, all at once. */
export async function runCases(
  cases: readonly RewardCase[],
  { rewardFile, experiments, score }: CaseSurroundings,
): Promise<readonly CaseVerdict[]> {
  const verdicts = new Map<RewardCase, CaseVerdict>();
  const byFunction = Map.groupBy(cases, (one) => one.function);
  for (const own of byFunction.values()) {
    const [first] = own;
    if (first === undefined) continue;
    const isGroup = own.some((one) => one.isGroup);
    const reward = rewardOfCase({ function: first.function, isGroup }, rewardFile, experiments);
    const fitting = own.filter((one) => one.isGroup || reward.config.per === 'completion');
    for (const one of own) if (!fitting.includes(one)) verdicts.set(one, GROUP_NEEDED);
    for (const [one, verdict] of await verdictsOn(fitting, (groups) => score(reward, groups)))
      verdicts.set(one, verdict);
  }
  return cases.map((one) => verdicts.get(one) ?? NOT_SCORED);
}

const GROUP_NEEDED: CaseVerdict = {
  outcome: 'error',
  message: 'This function judges whole groups ("per": "group"), and the case holds one completion. Pin it again.',
};

const NOT_SCORED: CaseVerdict = { outcome: 'error', message: 'The function gave no score.' };

async function verdictsOn(
  cases: readonly RewardCase[],
  score: (groups: readonly GivenGroup[]) => Promise<readonly (readonly RewardResult[])[]>,
): Promise<(readonly [RewardCase, CaseVerdict])[]> {
  if (cases.length === 0) return [];
  try {
    const results = await score(cases.map(groupOf));
    return cases.map((one, at) => [one, verdictOn(one, results[at]?.[one.index])]);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message } = error;
    return cases.map((one) => [one, { outcome: 'error', message }]);
  }
}

/** What is scored for a case. */
export function groupOf({ row, prompt, step, completions }: RewardCase): GivenGroup {
  const told = step === null ? {} : { step };
  return { row: { ...row }, prompt, ...told, completions: completions.map((one) => ({ ...one })) };
}

/** Whether a score is what a case expects: within its tolerance, in either direction. An error is expected where the function throws. */
export function verdictOn(
  { expected, tolerance }: Pick<RewardCase, 'expected' | 'tolerance'>,
  result: RewardResult | undefined,
): CaseVerdict {
  if (result === undefined) return NOT_SCORED;
  if ('error' in result) {
    const { kind, message } = result.error;
    return expected === 'error' && kind === 'threw'
      ? { outcome: 'passed', value: 'error' }
      : { outcome: 'error', message };
  }
  const { value } = result;
  return { outcome: isExpected(value, expected, tolerance) ? 'passed' : 'failed', value };
}

function isExpected(value: number | null, expected: ExpectedScore, tolerance: number): boolean {
  if (value === null || typeof expected !== 'number') return value === expected;
  return Math.abs(value - expected) <= tolerance;
}
