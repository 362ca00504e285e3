/** The command above a sweep. */
import * as vscode from 'vscode';
import type { Command } from '../commands.ts';
import type { Services } from '../services.ts';

export function sweepCommands(services: Services): Readonly<Record<string, Command>> {
  return {
    'sweep.start': async (argument, anew) => {
      if (!(argument instanceof vscode.Uri)) return;
      await (await import('./sweeps.ts')).startSweep(services, argument.fsPath, anew === true);
    },
  };
}
