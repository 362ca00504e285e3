/** Runs cases of one file where they lie. */
import { rewardFileOf } from '../../engine/cases/caseFiles.ts';
import { experimentsNaming, rewardOfCase, type CaseReward } from '../../engine/cases/caseRewards.ts';
import { runCases, type CaseVerdict, type ScoreGroups } from '../../engine/cases/runCases.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import type { RewardCase } from '../../engine/protocol/rewardCases.ts';
import { rootOf } from '../runs/roots.ts';

/** A case with the verdict on it. */
export interface JudgedCase<Case extends RewardCase> {
  readonly case: Case;
  readonly verdict: CaseVerdict;
}

/**
 * The verdicts in the order of the cases. What keeps them from being run at all is the verdict on each.
 * @param folders of the workspace: up to them, experiments say how the functions are called
 */
export async function judgeCases<Case extends RewardCase>(
  file: string,
  cases: readonly Case[],
  { folders, score }: { readonly folders: readonly string[]; readonly score: ScoreGroups },
): Promise<readonly JudgedCase<Case>[]> {
  const verdicts = await verdictsOn(file, cases, folders, score);
  return cases.flatMap((one, index) => {
    const verdict = verdicts[index];
    return verdict === undefined ? [] : [{ case: one, verdict }];
  });
}

/**
 * How the function of a case is called, and the file that it is in.
 * @throws UserError where there is no such file
 */
export function callOfCase(
  file: string,
  one: RewardCase,
  folders: readonly string[],
): CaseReward & { readonly rewardFile: string } {
  const rewardFile = rewardFileOf(file);
  const experiments = experimentsNaming(rewardFile, rootOf(rewardFile, folders));
  return { ...rewardOfCase(one, rewardFile, experiments), rewardFile };
}

async function verdictsOn(
  file: string,
  cases: readonly RewardCase[],
  folders: readonly string[],
  score: ScoreGroups,
): Promise<readonly CaseVerdict[]> {
  try {
    const rewardFile = rewardFileOf(file);
    const experiments = experimentsNaming(rewardFile, rootOf(rewardFile, folders));
    return await runCases(cases, { rewardFile, experiments, score });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message } = error;
    return cases.map(() => ({ outcome: 'error', message }));
  }
}
