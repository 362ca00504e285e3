/** Temporary folders in which children work that run user code, one for each. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Environment variable that tells a child its folder. */
export const WORK_FOLDER = 'RLVR_WORK_FOLDER';

/** Folders of children that are still there. */
const used = new Set<string>();
let hooked = false;

/** Makes a folder and resolves links in its path, for a permission is given to a name. @param prefix of the folder's name */
export function makeWorkFolder(prefix: string): string {
  // Later than the hook that ends the children, so it runs after that.
  if (!hooked) process.once('exit', () => used.forEach(removeWorkFolder));
  hooked = true;
  const folder = realpathSync(mkdtempSync(join(tmpdir(), prefix)));
  used.add(folder);
  return folder;
}

/** Does what it can: whatever becomes of the folder, the process that removes it has more to do. */
export function removeWorkFolder(folder: string): void {
  used.delete(folder);
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // It stays in the temporary folder of the system.
  }
}

/** What makes the folder the place for temporary files of a child. */
export function workFolderEnvironment(folder: string): Record<string, string> {
  return { [WORK_FOLDER]: folder, TMPDIR: folder, TMP: folder, TEMP: folder };
}
