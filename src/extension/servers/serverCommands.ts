/** The command about models behind an API. */
import type * as vscode from 'vscode';
import type { Command } from '../commands.ts';
import { listedRun } from '../runs/chooseRun.ts';
import { namedRuns } from '../runs/pickRun.ts';
import type { Services } from '../services.ts';
import { evaluateServer } from './evaluateServer.ts';

export function serverCommands(services: Services, secrets: vscode.SecretStorage): Readonly<Record<string, Command>> {
  return {
    'run.evaluateServer': async (argument) => {
      for (const dir of namedRuns(argument)) await evaluateServer(services, secrets, listedRun(services.store, dir));
    },
  };
}
