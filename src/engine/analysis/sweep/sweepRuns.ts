/** The runs of sweeps that a folder has. */
import { listRunFolders } from '../../run/runs.ts';
import { RunReader } from '../../run/reader.ts';
import type { RunState } from '../../run/runState.ts';
import { UserError } from '../../protocol/errors.ts';
import { isStoppedByGuard } from '../../protocol/guards.ts';
import type { SweepMembership } from '../../protocol/sweep/membership.ts';
import type { Sweep } from './planSweep.ts';

export interface SweepRun {
  readonly dir: string;
  readonly state: Pick<RunState, 'status' | 'crashed' | 'message'>;
  /** A guard stopped it, and nobody has gone on with it. */
  readonly guarded: boolean;
}

/** A run with what it records of the sweep that it is of. */
export interface RecordedRun {
  readonly sweep: SweepMembership;
  readonly run: SweepRun;
}

/** All runs of sweeps in a folder, newest first; one that cannot be read is passed over. */
export function recordedRuns(runsDir: string): RecordedRun[] {
  return listRunFolders(runsDir).flatMap((dir) => recordedIn(dir) ?? []);
}

/** Those of one sweep, by member. @param all newest first */
export function runsOfSweep(sweep: Pick<Sweep, 'id'>, all: readonly RecordedRun[]): Map<number, SweepRun> {
  return runsByMember(
    all.filter((one) => one.sweep.id === sweep.id).map((one) => ({ member: one.sweep.member, run: one.run })),
  );
}

export function countFinished(runs: Iterable<SweepRun>): number {
  return [...runs].filter(isFinished).length;
}

export function isFinished({ state: { status } }: SweepRun): boolean {
  return status === 'finished';
}

/**
 * Of several runs of a member the finished one, else the newest.
 * @param runs newest first
 */
function runsByMember<Run extends SweepRun>(
  runs: readonly { readonly member: number; readonly run: Run }[],
): Map<number, Run> {
  const found = new Map<number, Run>();
  for (const { member, run } of runs) {
    const known = found.get(member);
    if (known === undefined || (!isFinished(known) && isFinished(run))) found.set(member, run);
  }
  return found;
}

/** Whether some process works on it. */
export function isUnderWay({ state: { status, crashed } }: SweepRun): boolean {
  return status === 'running' && !crashed;
}

/** The run in a folder, as far as it is one of a sweep and can be read. */
export function recordedIn(dir: string): RecordedRun | null {
  try {
    const reader = RunReader.open(dir);
    try {
      const { sweep } = reader.manifest;
      if (sweep === undefined) return null;
      const state = reader.state();
      const guarded = isStoppedByGuard(state.status, reader.metrics(state.lastStep ?? 0));
      return { sweep, run: { dir, state, guarded } };
    } finally {
      reader.close();
    }
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
