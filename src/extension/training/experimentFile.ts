/** An experiment file, which may have been moved since a run of it, a task or a menu named it. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import { parseExperiment } from '../../engine/protocol/experimentFile.ts';

/** @throws UserError where there is no such file */
export function requireExperimentFile(path: string): void {
  if (!existsSync(path)) throw new UserError(vscode.l10n.t('There is no experiment file {0}.', path));
}

/**
 * What the file says, with values in place of its own, as `--set` has them.
 * Rejects with UserError where there is none, or it is wrong.
 */
export async function readExperiment(
  path: string,
  overrides: readonly string[],
): Promise<ReturnType<typeof parseExperiment>> {
  requireExperimentFile(path);
  return parseExperiment(await readFile(path, 'utf8'), path, overrides);
}
