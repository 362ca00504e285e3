/** Files that are written anew for each input. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../run/samples.ts';

const folder = temporaryFolder();

/** One in a folder of its own, that only its user can open. */
export function file(name: string): { readonly dir: string; write(text: string): string } {
  const dir = join(folder, name);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, name);
  return {
    dir,
    write: (text) => {
      writeFileSync(path, text, { mode: 0o600 });
      chmodSync(path, 0o600);
      return path;
    },
  };
}
