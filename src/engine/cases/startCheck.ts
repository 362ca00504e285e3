/** What pinned cases say of an experiment's rewards before it is started. */
import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { casesFileOf, readCasesFile } from './caseFiles.ts';
import { experimentsNaming } from './caseRewards.ts';
import { runCases, type ScoreGroups } from './runCases.ts';
import { UserError } from '../protocol/errors.ts';
import type { RewardConfig } from '../protocol/experiment.ts';
import { plural } from '../words/format.ts';

/** What is wrong with the cases of one reward file. */
export interface CaseTrouble {
  /** Absolute. */
  readonly casesFile: string;
  /** The name of the reward file. */
  readonly reward: string;
  readonly cases: number;
  readonly failed: number;
  /** Cases that could not be run, or that the function failed on. */
  readonly errors: number;
  /** What went wrong with the first of those, or with the whole file; null where cases merely fail. */
  readonly message: string | null;
  /** Index of the first case that is not as expected; null where the file itself is wrong. */
  readonly first: number | null;
}

export interface StartedExperiment {
  readonly path: string;
  readonly rewards: readonly RewardConfig[];
}

/**
 * Nothing where all cases are as expected, or there are none. Functions are called as this experiment calls them.
 * @param root folder up to which other experiments say how its functions are called that this one does not name
 */
export async function troubledCases(
  experiment: StartedExperiment,
  root: string,
  score: ScoreGroups,
): Promise<readonly CaseTrouble[]> {
  const baseDir = dirname(experiment.path);
  const files = experiment.rewards.flatMap(({ file }) => (file === undefined ? [] : [resolve(baseDir, file)]));
  const troubles: CaseTrouble[] = [];
  for (const rewardFile of new Set(files)) {
    if (!existsSync(casesFileOf(rewardFile))) continue;
    const others = experimentsNaming(rewardFile, root);
    const trouble = await troubleOf(rewardFile, (cases) =>
      runCases(cases, { rewardFile, experiments: [experiment, ...others], score }),
    );
    if (trouble !== null) troubles.push(trouble);
  }
  return troubles;
}

/** In a sentence. */
export function describeTrouble({ reward, cases, failed, errors, message, first }: CaseTrouble): string {
  if (first === null) return `The pinned cases of ${reward} cannot be run: ${message ?? ''}`;
  const of = `${plural(cases, 'pinned case')} of ${reward}`;
  const [why = ''] = (message ?? '').split('\n');
  return errors === 0
    ? `${failed} of ${of} failed.`
    : `${failed} of ${of} failed, ${errors} could not be scored (${why}).`;
}

async function troubleOf(
  rewardFile: string,
  run: (cases: ReturnType<typeof readCasesFile>['cases']) => ReturnType<typeof runCases>,
): Promise<CaseTrouble | null> {
  const casesFile = casesFileOf(rewardFile);
  const about = { casesFile, reward: basename(rewardFile) };
  try {
    const { cases } = readCasesFile(casesFile);
    const verdicts = await run(cases);
    const first = verdicts.findIndex(({ outcome }) => outcome !== 'passed');
    if (first === -1) return null;
    const errors = verdicts.filter((verdict) => verdict.outcome === 'error');
    const failed = verdicts.filter(({ outcome }) => outcome === 'failed').length;
    return { ...about, cases: cases.length, failed, errors: errors.length, message: errors[0]?.message ?? null, first };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...about, cases: 0, failed: 0, errors: 0, message: error.message, first: null };
  }
}
