/** Where the programs of the engine's children are. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `compute` runs our code: structured-clone IPC. `grader` runs the user's: JSON lines with a size limit, no secrets in its environment. */
export type ChildEntry = 'compute' | 'grader';

/** Copies that are used in place of the engine's own files. */
const kept = new Map<ChildEntry, string>();

/** In source the doors are one folder up, in TypeScript; in a bundle they lie beside it. */
export function doorPath(entry: ChildEntry): string {
  const own = isSource() ? `../${entry}.ts` : `./${entry}.js`;
  return kept.get(entry) ?? fileURLToPath(new URL(own, import.meta.url));
}

/**
 * Copies a door into `folder`, from where it is started from now on: an engine outlives an update of the extension, which deletes the
 * files it came from. In a bundle a door is a single file; in source there is nothing that could be copied, and nobody updates it.
 */
export function keepDoor(entry: ChildEntry, folder: string): void {
  if (isSource()) return;
  // The extension says that it is a module, for no package.json does so there.
  const copy = join(folder, `${entry}.mjs`);
  copyFileSync(doorPath(entry), copy);
  kept.set(entry, copy);
}

function isSource(): boolean {
  return import.meta.url.endsWith('/process/doors.ts');
}
