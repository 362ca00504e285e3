/** How far a sweep is, by the runs that the list has. */
import type { Sweep } from '../../engine/analysis/sweep/planSweep.ts';
import { currentRound, nextRound } from '../../engine/analysis/sweep/rounds.ts';
import * as recorded from '../../engine/analysis/sweep/sweepRuns.ts';
import { isStoppedByGuard } from '../../engine/protocol/guards.ts';
import { isReadable } from '../runs/runNames.ts';
import type { RunStore } from '../runs/runStore.ts';

/** By member. @param sweep a round of it */
export function runsOfSweep(store: Pick<RunStore, 'runs'>, sweep: Sweep): Map<number, recorded.SweepRun> {
  return recorded.runsOfSweep(sweep, recordedIn(store));
}

/** The round that goes on; anew, the one behind it. */
export function roundOf(store: Pick<RunStore, 'runs'>, sweep: Sweep, anew = false): Sweep {
  return (anew ? nextRound : currentRound)(
    sweep,
    recordedIn(store).map((one) => one.sweep),
  );
}

function recordedIn({ runs }: Pick<RunStore, 'runs'>): recorded.RecordedRun[] {
  return runs.filter(isReadable).flatMap(({ dir, status, crashed, message, sweep, lastMetrics }) => {
    const guarded = isStoppedByGuard(status, lastMetrics);
    return sweep === null ? [] : [{ sweep, run: { dir, state: { status, crashed, message }, guarded } }];
  });
}
