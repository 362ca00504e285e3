/** What a job of an experiment would be sent. */
import { statSync } from 'node:fs';
import { engineFiles } from '../../cluster/jobs/enginePackage.ts';
import type { DescribeJobReply, DescribeJobRequest } from '../../protocol/rayJob.ts';
import { readExperiment } from '../readExperiment.ts';
import { projectFiles } from './projectFiles.ts';

/** Rejects with UserError where the experiment names what is not there, or cannot be sent. */
export async function describeJob({
  experimentPath,
  overrides,
}: Pick<DescribeJobRequest, 'experimentPath' | 'overrides'>): Promise<DescribeJobReply> {
  const { files, notes } = await projectFiles(await readExperiment(experimentPath, overrides), experimentPath);
  return {
    kind: 'describeJob',
    files: files.map(({ path, file }) => ({ path, bytes: sizeOf(file) })),
    engineBytes: engineFiles().reduce((sum, { file }) => sum + sizeOf(file), 0),
    notes: [...notes],
  };
}

function sizeOf(file: string): number {
  return statSync(file).size;
}
