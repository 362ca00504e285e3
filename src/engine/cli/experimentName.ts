/** What an experiment is called on the screen. */
import { basename } from 'node:path';

/** The file's name without its extension. */
export function experimentName(path: string): string {
  return basename(path).replace(/(\.rlvr)?\.jsonc?$/, '');
}
