/** Checks of the machine: Node, cores, memory, disk. */
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { dirname } from 'node:path';
import type { MachineCheck } from '../protocol/link.ts';
import { bytes, plural } from '../words/format.ts';
import { nodeProblem } from './nodeVersion.ts';
import { fail, ok, warn } from './check.ts';

const GIB = 2 ** 30;
/** A LoRA step of a model of GPT-2's size stays below this with all processes; the built-in demo needs a fifth. */
const COMFORTABLE_MEMORY = 3 * GIB;
/** Some checkpoints of a small model, and the completions of a long run. */
const COMFORTABLE_DISK = 2 * GIB;

export function nodeCheck(version: string): MachineCheck {
  const problem = nodeProblem(version);
  return problem === null ? ok('node', version) : fail('node', version, problem);
}

export function coresCheck(): MachineCheck {
  const cores = availableParallelism();
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const detail = `${plural(cores, 'core')}, ${model}`;
  return cores > 1
    ? ok('cores', detail)
    : warn('cores', detail, 'Training works, slowly; two or more cores are better.');
}

/** @param available bytes that may still be taken, the limit of a container considered */
export function memoryCheck(available: number): MachineCheck {
  const detail = `${bytes(available)} available`;
  if (available >= COMFORTABLE_MEMORY) return ok('memory', detail);
  const advice =
    `Enough for the demo; a model of GPT-2's size wants ${bytes(COMFORTABLE_MEMORY)}. ` +
    'Close other programs, lower training.microBatch and rollout.maxRows, or set training.gradientCheckpointing.';
  return warn('memory', detail, advice);
}

/** @param dir where runs are written; it need not exist yet */
export function diskCheck(dir: string): MachineCheck {
  const folder = existingParent(dir);
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    return fail(
      'disk',
      `${folder} cannot be written`,
      'Go to a folder that you may write, or give `rlvr train` another one with --runs.',
    );
  }
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const detail = `${bytes(free)} free at ${folder}`;
  return free >= COMFORTABLE_DISK
    ? ok('disk', detail)
    : warn('disk', detail, 'Free some space, or keep runs elsewhere with --runs.');
}

function existingParent(path: string): string {
  const parent = dirname(path);
  return existsSync(path) || parent === path ? path : existingParent(parent);
}
