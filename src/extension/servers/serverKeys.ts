/** Keys of servers: the editor keeps each among its secrets, by its address, and an engine is told it with the question that needs it. */
import * as vscode from 'vscode';
import { serverHost } from './serverAddress.ts';

const nameOf = (address: string): string => `rlvr.serverKey ${address}`;

/** null where none is stored; '' where the person has said that none is needed. */
export async function serverKey(secrets: vscode.SecretStorage, address: string): Promise<string | null> {
  return (await secrets.get(nameOf(address))) ?? null;
}

/** @param refused what the server said of the one that it was sent @returns the key; null where the person gave up */
export async function askForServerKey(
  secrets: vscode.SecretStorage,
  address: string,
  refused: string | null = null,
): Promise<string | null> {
  const said = vscode.l10n.t(
    "It goes to {0} alone, and is kept among the editor's secrets. Empty: none is needed.",
    address,
  );
  const key = await vscode.window.showInputBox({
    title: vscode.l10n.t('Key of {0}', serverHost(address)),
    prompt: refused ?? said,
    placeHolder: said,
    password: true,
    ignoreFocusOut: true,
  });
  if (key === undefined) return null;
  await secrets.store(nameOf(address), key.trim());
  return key.trim();
}

export async function forgetServerKey(secrets: vscode.SecretStorage, address: string): Promise<void> {
  await secrets.delete(nameOf(address));
}
