/** Where the job of a run is found again: beside the run, written whole. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../protocol/errors.ts';
import { jobRecordSchema, type JobRecord } from '../../protocol/rayJob.ts';
import { writeFileWhole } from '../../run/durable.ts';
import { JOB_FILE } from '../../run/layout.ts';

/** Whether a run is a job of a cluster. */
export function isJob(runDir: string): boolean {
  return existsSync(join(runDir, JOB_FILE));
}

export function writeJobRecord(runDir: string, record: JobRecord): void {
  writeFileWhole(join(runDir, JOB_FILE), (append) => append(`${JSON.stringify(record, null, 2)}\n`));
}

/** @throws UserError where the run is none, or what is there cannot be read */
export function readJobRecord(runDir: string): JobRecord {
  if (!isJob(runDir)) throw new UserError(`${runDir} is not the run of a job: it has no ${JOB_FILE}.`);
  try {
    return jobRecordSchema.parse(JSON.parse(readFileSync(join(runDir, JOB_FILE), 'utf8')));
  } catch {
    throw new UserError(
      `${join(runDir, JOB_FILE)} is damaged: restore it, or look the job up in the cluster's dashboard.`,
    );
  }
}
