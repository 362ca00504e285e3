/** How far a sweep is, by the runs that the list has. */
import type { Sweep } from '../../engine/analysis/sweep/planSweep.ts';
import { runsByMember, type SweepRun } from '../../engine/analysis/sweep/sweepRuns.ts';
import { isReadable } from '../runs/runNames.ts';
import type { RunStore } from '../runs/runStore.ts';

/** What its runs record. */
export function identityOf({ members }: Sweep): string {
  return members[0]?.membership.id ?? '';
}

/** By member. */
export function runsOfSweep({ runs }: Pick<RunStore, 'runs'>, sweep: Sweep): Map<number, SweepRun> {
  const id = identityOf(sweep);
  return runsByMember(
    runs.filter(isReadable).flatMap((run) => {
      const { dir, status, crashed } = run;
      return run.sweep?.id === id ? [{ member: run.sweep.member, run: { dir, state: { status, crashed } } }] : [];
    }),
  );
}

export function countFinished(runs: Iterable<SweepRun>): number {
  return [...runs].filter(({ state }) => state.status === 'finished').length;
}
