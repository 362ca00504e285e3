/** Registers commands, and shows what goes wrong in one as a sentence. */
import * as vscode from 'vscode';
import { UserError } from '../engine/protocol/errors.ts';
import type { Disposable } from './common/disposable.ts';

export type Command = (...args: unknown[]) => unknown;

/** Commands by what follows `rlvr.` in their names. */
export function registerCommands(
  commands: Readonly<Record<string, Command>>,
  log: vscode.LogOutputChannel,
): Disposable {
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, command]) =>
      vscode.commands.registerCommand(`rlvr.${name}`, async (...args: unknown[]) => {
        try {
          return await command(...args);
        } catch (error) {
          await showFailure(error, log);
          return undefined;
        }
      }),
    ),
  );
}

/** What the user can mend, as it is; what is our fault, with the log that has the rest. */
export async function showFailure(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  if (error instanceof UserError) {
    void vscode.window.showErrorMessage(error.message);
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  log.error(error instanceof Error ? error : message);
  const show = vscode.l10n.t('Show Log');
  const picked = await vscode.window.showErrorMessage(
    vscode.l10n.t('This should not have happened: {0}', message),
    show,
  );
  if (picked === show) log.show();
}
