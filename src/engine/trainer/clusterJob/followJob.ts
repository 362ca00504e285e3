/** Follows a job of a cluster to its end: its run is written here as it goes on there, by whoever follows. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isOver, type JobState } from '../../cluster/jobs/jobAnswers.ts';
import { ClusterBroken, RayJobs, type JobAccess } from '../../cluster/jobs/rayJobs.ts';
import { LeftAlone } from '../../process/stopRequest.ts';
import { UserError } from '../../protocol/errors.ts';
import type { JobRecord } from '../../protocol/rayJob.ts';
import type { RunStatus } from '../../protocol/run.ts';
import type { MirrorOptions } from '../../run/mirror/mirroredRun.ts';
import { RunWriter } from '../../run/writer.ts';
import type { EngineContext, Outcome } from '../engineContext.ts';
import { JobReader } from './jobReader.ts';

/** Before the log of a job that goes on is followed again. */
const AGAIN_MS = 1000;
/** The longest pause between two tries to reach a cluster. */
const LONGEST_PAUSE_MS = 30_000;
/** Some minutes, in which a network or a tunnel comes back. */
const MAX_TRIES = 20;
/** A stop is cut off within a second. */
const STOP_MS = 700;

export interface FollowedJob {
  readonly access: Omit<JobAccess, 'signal'>;
  readonly record: JobRecord;
  readonly mirror: Omit<MirrorOptions, 'applied'>;
}

/**
 * Resolves with how the run ended. When the signal aborts, the job is stopped, or goes on where its window was closed.
 * Rejects with UserError for what it failed with, and where the cluster cannot be reached any more.
 */
export async function followJob(
  { access, record, mirror }: FollowedJob,
  { emit, signal }: Pick<EngineContext, 'emit' | 'signal'>,
): Promise<Outcome> {
  const jobs = new RayJobs({ ...access, signal });
  let { applied } = record;
  let dir: string | null = null;
  try {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      // The log is told from its beginning each time.
      const reader = new JobReader(record, { ...mirror, applied }, emit);
      let state: JobState | null;
      try {
        state = await readOn(jobs, record.submissionId, reader);
      } catch (error) {
        if (!(error instanceof ClusterBroken) || tries === MAX_TRIES - 1) throw error;
        await sleep(Math.min(LONGEST_PAUSE_MS, AGAIN_MS * 2 ** tries), undefined, { signal });
        continue;
      } finally {
        if (reader.applied > applied) tries = 0;
        applied = reader.applied;
        dir = reader.dir ?? dir;
        reader.close();
      }
      if (reader.end?.outcome === 'failed') throw new UserError(reader.end.message);
      if (reader.end !== null) return reader.end.outcome;
      if (state === null || isOver(state.status)) return endedEarly(state, dir);
      await sleep(AGAIN_MS, undefined, { signal });
    }
    throw new UserError(
      `The log of the job ${record.submissionId} breaks off again and again. The job goes on; resume the run to follow it.`,
    );
  } catch (error) {
    if (!signal.aborted) throw error;
    if (signal.reason instanceof LeftAlone) {
      setStatus(dir, 'stopped', 'The job goes on, on the cluster. Resume follows it again.');
      return 'stopped';
    }
    await stopJob(access, record.submissionId);
    setStatus(dir, 'stopped', 'The job was stopped.');
    return 'stopped';
  }
}

/** Reads until the log ends. Resolves with where the job stands then. */
async function readOn(jobs: RayJobs, submissionId: string, reader: JobReader): Promise<JobState | null> {
  for await (const piece of jobs.tail(submissionId)) await reader.take(piece);
  return jobs.state(submissionId);
}

/** What it means that a job is over, and its engine did not say how. @throws UserError unless it was stopped */
function endedEarly(state: JobState | null, dir: string | null): Outcome {
  if (state?.status === 'STOPPED') {
    setStatus(dir, 'stopped', 'The job was stopped on the cluster.');
    return 'stopped';
  }
  const message =
    state === null
      ? 'The cluster does not know the job any more: it was restarted, or the job was deleted. Start the run anew.'
      : `The job ended before the run did (${state.status}): ${state.message.trim()}`;
  setStatus(dir, 'failed', message);
  throw new UserError(message);
}

async function stopJob(access: Omit<JobAccess, 'signal'>, submissionId: string): Promise<void> {
  const jobs = new RayJobs({ ...access, signal: AbortSignal.timeout(STOP_MS) });
  // Where the cluster does not answer in time, the request is on its way all the same.
  await jobs.stop(submissionId).catch(() => false);
}

/** What the run's list shows of it, where there is a run. */
function setStatus(dir: string | null, status: RunStatus, message: string): void {
  if (dir === null) return;
  const writer = RunWriter.open(dir);
  try {
    writer.setStatus(status, message);
  } finally {
    writer.close();
  }
}
