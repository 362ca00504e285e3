/** What the fixture reward `holds` says of itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The id of the grader process that is held by the file `hold` in a project's folder, or null. It says so in the temporary folder that it
 * works in, the only place where a reward may write.
 */
export function heldBy(project: string): string | null {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith('rlvr-grader-')) continue;
    const [pid = '', folder] = contentsOf(join(tmpdir(), name, 'held')).split('\n');
    if (folder === project) return pid;
  }
  return null;
}

function contentsOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Not there, or gone meanwhile.
    return '';
  }
}
