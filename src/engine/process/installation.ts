/** Where this engine came from. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Whether the files that it was started from are still there: an update of the extension, which it outlives, deletes them. */
export function isInstalled(): boolean {
  return existsSync(fileURLToPath(import.meta.url));
}
