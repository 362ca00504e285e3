/** The runs of a sweep one after another. */
import type { SweepMember } from '../../engine/analysis/sweep/planSweep.ts';
import { isFinished, type SweepRun } from '../../engine/analysis/sweep/sweepRuns.ts';

export interface MemberWork {
  /** The run of a member as it is now, as far as there is one. */
  readonly runOf: (member: SweepMember) => SweepRun | undefined;
  /**
   * Trains a member, goes on with its run, or waits for what works on it already; resolves with how that ended. Rejects where nothing
   * can be started.
   */
  readonly train: (member: SweepMember, run: SweepRun | undefined) => Promise<'finished' | 'stopped' | 'failed'>;
}

/**
 * Passes over what is finished or was stopped by a guard. A run that fails does not end the others; one that the person stops does.
 * @returns whether it went to its end
 */
export async function trainMembers(members: readonly SweepMember[], { runOf, train }: MemberWork): Promise<boolean> {
  for (const member of members) {
    const run = runOf(member);
    if (run !== undefined && (isFinished(run) || run.guarded)) continue;
    if ((await train(member, run)) === 'stopped') return false;
  }
  return true;
}
