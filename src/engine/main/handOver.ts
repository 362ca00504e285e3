/** Writes an experiment as a project of another trainer. */
import { findExperiment } from '../handover/findExperiment.ts';
import { writeProject } from '../handover/writeProject.ts';
import type { HandOverReply, HandOverRequest } from '../protocol/handover.ts';

/** @throws UserError for what of the experiment cannot be used, and where the folder cannot be written */
export async function handOver({ path, trainer, outDir }: HandOverRequest): Promise<HandOverReply> {
  return { kind: 'handOver', ...(await writeProject({ ...findExperiment(path), trainer, outDir })) };
}
