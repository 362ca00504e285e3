/** The person's token of the Hugging Face hub: the editor keeps it among its secrets, and an engine is told it with the question that needs it. */
import * as vscode from 'vscode';

const NAME = 'rlvr.hubToken';

/** null where none is stored. */
export async function hubToken(secrets: vscode.SecretStorage): Promise<string | null> {
  return (await secrets.get(NAME)) ?? null;
}

/** Whether one is stored then. */
export async function storeHubToken(secrets: vscode.SecretStorage): Promise<boolean> {
  const token = await vscode.window.showInputBox({
    title: vscode.l10n.t('Hugging Face Token'),
    prompt: vscode.l10n.t(
      'For datasets and models that are not open to all. It goes only to the hub, when you look for one or get it; empty removes it.',
    ),
    password: true,
    ignoreFocusOut: true,
  });
  const given = token?.trim() ?? '';
  if (given !== '') await secrets.store(NAME, given);
  else if (token !== undefined) await secrets.delete(NAME);
  return given !== '';
}
