/** Which experiments an agent may start: files of the project it was given. Needs no database, for the host loads it too. */
import { existsSync, realpathSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { UserError } from '../../protocol/errors.ts';

/**
 * The absolute path of the experiment file that an agent asked to start.
 * @param path absolute, or relative to the first of `roots`
 * @throws UserError where it is no experiment file in one of `roots`
 */
export function experimentInside(roots: readonly string[], path: string): string {
  const [first = ''] = roots;
  const file = resolve(first, path);
  if (!file.endsWith('.rlvr.json') || path.includes('\0') || !existsSync(file))
    throw new UserError(`There is no experiment file ${JSON.stringify(path)}: name one that ends in .rlvr.json.`);
  const real = realpathSync(file);
  if (!roots.some((root) => isInside(real, realpathSync(root))))
    throw new UserError(
      `${JSON.stringify(path)} is outside of this project, whose experiments are all that can be started.`,
    );
  return file;
}

/** Whether a path lies below a folder; both with links followed. */
export function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
