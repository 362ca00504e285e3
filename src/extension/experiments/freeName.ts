/** Names for new files that no file has yet. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../engine/protocol/errors.ts';

/** A file that is to be written. */
export interface NewFile {
  /** Absolute. */
  readonly path: string;
  /** Whether a file that is there may be replaced: a person has been asked about this very path. */
  readonly mayReplace: boolean;
}

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

/** @throws UserError where a file is there that nobody has said may go: another window may have written it meanwhile */
export function requireFree({ path, mayReplace }: NewFile): void {
  if (!mayReplace && existsSync(path))
    throw new UserError(`${path} exists already, and was left as it is. Choose another name.`);
}
