/** The runs of a sweep that a folder has. */
import { listRunFolders } from '../../run/runs.ts';
import { RunReader } from '../../run/reader.ts';
import type { RunState } from '../../run/runState.ts';
import { UserError } from '../../protocol/errors.ts';

export interface SweepRun {
  readonly dir: string;
  readonly state: Pick<RunState, 'status' | 'crashed'>;
}

/** By member; a folder that cannot be read is passed over. */
export function sweepRuns(runsDir: string, sweep: string): Map<number, SweepRun> {
  return runsByMember(listRunFolders(runsDir).flatMap((dir) => memberIn(dir, sweep) ?? []));
}

/**
 * Of several runs of a member the finished one, else the newest.
 * @param runs newest first
 */
export function runsByMember<Run extends SweepRun>(
  runs: readonly { readonly member: number; readonly run: Run }[],
): Map<number, Run> {
  const found = new Map<number, Run>();
  for (const { member, run } of runs) {
    const known = found.get(member);
    if (known === undefined || (known.state.status !== 'finished' && run.state.status === 'finished'))
      found.set(member, run);
  }
  return found;
}

/** Whether some process works on it. */
export function isUnderWay({ state: { status, crashed } }: SweepRun): boolean {
  return status === 'running' && !crashed;
}

function memberIn(dir: string, sweep: string): { readonly member: number; readonly run: SweepRun } | null {
  try {
    const reader = RunReader.open(dir);
    try {
      const { sweep: membership } = reader.manifest;
      return membership?.id === sweep ? { member: membership.member, run: { dir, state: reader.state() } } : null;
    } finally {
      reader.close();
    }
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
