/** Names for new files that no file has yet. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** `reward.ts`, or where a folder has that, `reward2.ts` and so on. */
export function freeName(folder: string, stem: string, extension: string): string {
  for (let number = 1; ; number++) {
    const name = `${stem}${number === 1 ? '' : number}${extension}`;
    if (!existsSync(join(folder, name))) return name;
  }
}

/** Why a text cannot be the name of a new file in a folder; null where it can. */
export function nameProblem(folder: string, name: string): 'empty' | 'path' | 'taken' | null {
  if (name.trim() === '') return 'empty';
  if (/[/\\:*?"<>|]/.test(name) || name.startsWith('.')) return 'path';
  return existsSync(join(folder, name)) ? 'taken' : null;
}
