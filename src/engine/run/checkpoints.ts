/** Folders saved after a step, `state/step-N` and `checkpoints/step-N`: each is whole or absent. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { entries, removeLeftovers, syncFolder, syncTree, temporaryName } from './durable.ts';
import { writeFailure } from './errors.ts';
import { parseSavedFolder, SAVED_KINDS, savedFolder } from './layout.ts';
import type { SavedKind } from './layout.ts';

/**
 * Saves what belongs to a step. `fill` is given the absolute path of a folder that does not exist, and makes and fills it; when
 * its promise resolves the folder is forced to the disk and takes its final name, in place of an older one of that step.
 * @returns the path under the run, as `StepRecord.state` wants it: `state/step-12`
 * @throws DiskFullError, UserError where the run was moved away, and what `fill` throws; nothing is left of the attempt
 */
export async function saveFolder(
  runDir: string,
  kind: SavedKind,
  step: number,
  fill: (folder: string) => Promise<unknown>,
): Promise<string> {
  const path = savedFolder(kind, step);
  const final = join(runDir, path);
  const temporary = temporaryName(final);
  try {
    // Not what is above it: a run that was moved away is not begun again in its old place.
    if (!existsSync(dirname(final))) mkdirSync(dirname(final));
    rmSync(temporary, { recursive: true, force: true });
    await fill(temporary);
    syncTree(temporary);
    if (existsSync(final)) removeFolder(final);
    renameSync(temporary, final);
    syncFolder(dirname(final));
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw writeFailure(error, runDir, `${path} was not written`);
  }
  return path;
}

/** Takes the name away before the contents: a crash in between leaves a leftover, not half a folder under a good name. */
function removeFolder(path: string): void {
  const temporary = `${temporaryName(path)}-removed`;
  rmSync(temporary, { recursive: true, force: true });
  renameSync(path, temporary);
  rmSync(temporary, { recursive: true, force: true });
}

/** Steps that have a whole folder of this kind, oldest first. */
export function savedSteps(runDir: string, kind: SavedKind): number[] {
  return entries(join(runDir, kind))
    .flatMap((name) => parseSavedFolder(`${kind}/${name}`)?.step ?? [])
    .sort((a, b) => a - b);
}

/** Removes all but the newest `keep` folders of a kind. */
export function pruneSaved(runDir: string, kind: SavedKind, keep: number): void {
  const steps = savedSteps(runDir, kind);
  removeSaved(runDir, kind, steps.slice(0, Math.max(0, steps.length - keep)));
}

/** Removes the folders of a kind that were saved after these steps. */
export function removeSaved(runDir: string, kind: SavedKind, steps: readonly number[]): void {
  for (const step of steps) removeFolder(join(runDir, savedFolder(kind, step)));
}

/** Removes what was saved after steps later than `step`, and what interrupted writers left. */
export function removeSavedAfter(runDir: string, step: number): void {
  for (const kind of SAVED_KINDS) {
    removeLeftovers(join(runDir, kind));
    for (const saved of savedSteps(runDir, kind))
      if (saved > step) removeFolder(join(runDir, savedFolder(kind, saved)));
  }
}

/** Whether a path of `StepRecord.state` names a saved folder that is there. */
export function isSaved(runDir: string, path: string): boolean {
  return parseSavedFolder(path) !== null && existsSync(join(runDir, path));
}
