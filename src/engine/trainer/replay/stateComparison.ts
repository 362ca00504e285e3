/** Holds the policy after a replayed step, and its optimiser, against what the run saved of them. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { hashFiles } from '../../model/hashFiles.ts';
import type { ReplayCheck } from '../../protocol/replay.ts';
import { SAVED_KINDS, savedFolder } from '../../run/layout.ts';
import type { StepContext } from '../runContext.ts';
import { Comparison } from './comparison.ts';

/**
 * By the hashes of the files. Nothing is compared where the run no longer keeps the state, or gives it up meanwhile.
 * @param into a folder that does not exist, for the replayed state
 */
export async function compareState(
  runDir: string,
  step: number,
  compute: StepContext['compute'],
  into: string,
): Promise<ReplayCheck> {
  const comparison = new Comparison('state');
  const saved = SAVED_KINDS.map((kind) => savedFolder(kind, step)).find((path) => existsSync(join(runDir, path)));
  if (saved === undefined) return comparison.result();
  await compute.request({ kind: 'save', folder: into });
  for (const file of readdirSync(into).filter((name) => name.endsWith('.safetensors'))) {
    const [recorded, replayed] = await Promise.all([hashFiles(join(runDir, saved), [file]), hashFiles(into, [file])]);
    if (!existsSync(join(runDir, saved))) return new Comparison('state').result();
    const where = `${saved}/${file}, its SHA-256`;
    comparison.add(recorded === replayed ? null : { where, recorded, replayed });
  }
  return comparison.result();
}
