/** What Ray's job API answers, of which only these keys are read: https://docs.ray.io/en/latest/cluster/running-applications/job-submission/api.html */
import { z } from 'zod';

const JOB_STATUSES = ['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

export const versionSchema = z.object({ version: z.string(), ray_version: z.string() });
export const submittedSchema = z.object({ submission_id: z.string() });
export const jobSchema = z.object({
  status: z.enum(JOB_STATUSES),
  message: z.string().nullish(),
});
export const logsSchema = z.object({ logs: z.string() });
export const stoppedSchema = z.object({ stopped: z.boolean() });

/** Where a job stands. */
export interface JobState {
  readonly status: JobStatus;
  /** What Ray says of it; empty where it says nothing. */
  readonly message: string;
}

export function isOver(status: JobStatus): boolean {
  return status === 'STOPPED' || status === 'SUCCEEDED' || status === 'FAILED';
}
