/** A run as a job that Ray's job API (HTTP) starts on a cluster: its address, what it is sent, and what is kept of it beside the run. */
import { z } from 'zod';
import { keyProblem, serverAddress } from './apiAddress.ts';
import { UserError } from './errors.ts';

/** Whether an address of a cluster is that of its job API, `http://host:8265`, and not one that a driver joins. */
export function isJobAddress(address: string): boolean {
  return /^https?:\/\//i.test(address);
}

/** @throws UserError where the address is none, or has room for a secret in it */
export function jobAddress(text: string): string {
  const address = serverAddress(text);
  if (address === null)
    throw new UserError(
      `"${text}" is no address of a job API. It is that of the cluster's dashboard, such as http://10.0.0.1:8265, without a user, a password, ? or #; a token is kept elsewhere.`,
    );
  return address;
}

/** Why a token is not sent to a cluster; null where it is. */
export function tokenProblem(address: string, token: string): string | null {
  return keyProblem(address, token, 'the cluster');
}

/** A file that travels, by its path in the package. */
export interface SentFile {
  readonly path: string;
  readonly bytes: number;
}

export const describeJobRequestSchema = z.strictObject({
  kind: z.literal('describeJob'),
  experimentPath: z.string(),
  overrides: z.array(z.string()),
});
export type DescribeJobRequest = z.output<typeof describeJobRequestSchema>;

export const describeJobReplySchema = z.object({
  kind: z.literal('describeJob'),
  /** What of the project is sent, in the order of paths. */
  files: z.array(z.object({ path: z.string(), bytes: z.int().nonnegative() })),
  /** Size of the engine, unpacked: sent to a cluster once. */
  engineBytes: z.int().nonnegative(),
  /** What is not sent, and where the cluster has it from, in sentences. */
  notes: z.array(z.string()),
});
export type DescribeJobReply = z.output<typeof describeJobReplySchema>;

/** `job.json` in the folder of a run that is a job: where it is found again. */
export const jobRecordSchema = z.strictObject({
  address: z.string(),
  submissionId: z.string(),
  /** The newest line of the job that is in the run's folder. */
  applied: z.int().nonnegative(),
});
export type JobRecord = z.output<typeof jobRecordSchema>;
