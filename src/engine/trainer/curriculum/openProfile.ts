/** The profile of pass rates that a run's curriculum goes by, where it goes by one. */
import { join } from 'node:path';
import { UserError } from '../../protocol/errors.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import { PROFILE_FILE } from '../../run/layout.ts';
import { passProfile, type ProfiledRun } from './measurePassRates.ts';
import { readProfile, type PassProfile } from './passProfile.ts';

/**
 * @param begun whether a step was done: then what the policy solves now is not what it solved before the first
 * @throws UserError where a file of the profile cannot be used
 */
export async function openProfile(run: ProfiledRun, begun: boolean): Promise<PassProfile | null> {
  const { curriculum } = run.experiment;
  if (!measures(run.experiment) || curriculum?.by !== 'passRate') return null;
  return begun ? recordedProfile(run.writer.dir, run.experiment) : passProfile(run, curriculum);
}

/** What a run that has begun was made with. @throws UserError where it is not there any more */
export function recordedProfile(runDir: string, experiment: Experiment): PassProfile | null {
  if (!measures(experiment)) return null;
  const profile = readProfile(join(runDir, PROFILE_FILE), null);
  if (profile) return profile;
  throw new UserError(
    `${runDir} has no ${PROFILE_FILE} any more, by which its problems are drawn. Restore it from a copy, or start a new run.`,
  );
}

/** A control without training draws nothing. */
function measures({ curriculum, training }: Experiment): boolean {
  return curriculum?.by === 'passRate' && training.steps > 0;
}
