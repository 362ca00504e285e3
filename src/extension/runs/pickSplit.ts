/** Which of the problems that nothing was trained on. */
import * as vscode from 'vscode';

/** undefined where the person gave up. */
export async function pickSplit(placeHolder: string): Promise<'validation' | 'test' | undefined> {
  const picked = await vscode.window.showQuickPick(
    [
      { label: vscode.l10n.t('Held-out problems'), value: 'validation' as const },
      { label: vscode.l10n.t('Test problems'), value: 'test' as const },
    ],
    { placeHolder },
  );
  return picked?.value;
}
