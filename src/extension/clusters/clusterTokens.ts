/** Tokens of clusters with Ray's job API: the editor keeps them among its secrets, and an engine is told them over the link. */
import * as vscode from 'vscode';
import { isJobAddress, tokenProblem } from '../../engine/protocol/rayJob.ts';
import type { Disposable } from '../common/disposable.ts';
import type { KnownClusters } from './knownClusters.ts';

const PREFIX = 'rlvr.clusterToken ';

export interface TellsEngines {
  setClusterTokens(tokens: Readonly<Record<string, string>>): void;
}

/** Engines that start are told those that are stored, and each one that takes its place, in whichever window it was stored. */
export function followClusterTokens(
  secrets: vscode.SecretStorage,
  known: KnownClusters,
  engines: TellsEngines,
): Disposable {
  void tellTokens(secrets, known, engines);
  return secrets.onDidChange(({ key }) => {
    if (key.startsWith(PREFIX)) void tellTokens(secrets, known, engines);
  });
}

/** Resolves when engines that start are told them. */
export async function tellTokens(
  secrets: vscode.SecretStorage,
  known: KnownClusters,
  engines: TellsEngines,
): Promise<void> {
  const tokens: Record<string, string> = {};
  for (const { address } of known.all) {
    const token = await secrets.get(PREFIX + address);
    if (token !== undefined) tokens[address] = token;
  }
  engines.setClusterTokens(tokens);
}

export async function forgetTokens(secrets: vscode.SecretStorage, addresses: readonly string[]): Promise<void> {
  for (const address of addresses) await secrets.delete(PREFIX + address);
}

/** Asks for the token of a cluster, and keeps it. Resolves with whether the person went on. */
export async function storeToken(secrets: vscode.SecretStorage, address: string): Promise<boolean> {
  if (!isJobAddress(address)) return true;
  const token = await vscode.window.showInputBox({
    title: vscode.l10n.t('Token of {0}', address),
    prompt: vscode.l10n.t(
      "It goes to this cluster alone, and is kept among the editor's secrets. Empty: none is needed.",
    ),
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? null : tokenProblem(address, value.trim())),
  });
  if (token === undefined) return false;
  if (token.trim() === '') await secrets.delete(PREFIX + address);
  else await secrets.store(PREFIX + address, token.trim());
  return true;
}
