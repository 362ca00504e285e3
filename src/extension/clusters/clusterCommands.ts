/** The command about clusters. */
import type * as vscode from 'vscode';
import type { Command } from '../commands.ts';
import type { Services } from '../services.ts';

export function clusterCommands(services: Services, secrets: vscode.SecretStorage): Readonly<Record<string, Command>> {
  return {
    runOnCluster: async (argument) => (await import('./runOnCluster.ts')).runOnCluster(services, secrets, argument),
  };
}
