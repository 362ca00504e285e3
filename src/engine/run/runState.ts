/** How a run is doing. */
import type { RunStatus } from '../protocol/run.ts';

export const RUN_STATUSES: readonly RunStatus[] = ['running', 'stopped', 'finished', 'failed'];

export interface RunState {
  /** `running` only while a process really writes the run. */
  readonly status: RunStatus;
  /** The process that wrote it ended without saying so: killed, or the power went. The run resumes like any stopped one. */
  readonly crashed: boolean;
  /** Why it failed or stopped, where that was said. */
  readonly message: string | null;
  /** The newest step; null before the first. */
  readonly lastStep: number | null;
}

/** The process that has, or last had, the run open for writing. */
export interface WriterInfo {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
}
