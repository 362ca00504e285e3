/** What is on the Hugging Face hub and not open to whoever asks: says what that means, and what to do, until it can be had. */
import * as vscode from 'vscode';
import { NoAccessError } from '../../engine/protocol/errors.ts';

/**
 * Does what asks the hub for something, again where the person has got access to it meanwhile.
 * @param get takes the token that is stored at the time
 * @returns null where the person gives up
 * @throws what `get` does, but for missing access
 */
export async function askForAccess<T>(
  token: () => Promise<string | null>,
  get: (token: string | null) => Promise<T>,
): Promise<T | null> {
  for (;;) {
    const used = await token();
    try {
      return await get(used);
    } catch (error) {
      if (!(error instanceof NoAccessError)) throw error;
      if (!(await explain(error, used !== null))) return null;
    }
  }
}

/** Whether to try again. */
async function explain({ noAccess }: NoAccessError, hasToken: boolean): Promise<boolean> {
  const { name, page, isGated } = noAccess;
  const [open, store, again] = [
    vscode.l10n.t('Open Its Page'),
    vscode.l10n.t('Store Token…'),
    vscode.l10n.t('Try Again'),
  ];
  const title = isGated ? vscode.l10n.t('{0} is gated', name) : vscode.l10n.t('No access to {0}', name);
  const detail = [
    isGated
      ? vscode.l10n.t(
          'Sign in to Hugging Face, open its page and accept its terms. Some owners approve each request by hand, which can take days.',
        )
      : vscode.l10n.t('It is private, asks for consent, or does not exist. Its page tells, to who is signed in.'),
    hasToken
      ? vscode.l10n.t(
          'The token that is stored here did not open it: it must belong to the account that has access, and a fine-grained token must include this repository.',
        )
      : vscode.l10n.t('Then store a token of that account. There is none here yet.'),
  ];
  for (;;) {
    const options = { modal: true, detail: detail.join('\n\n') };
    const picked = await vscode.window.showWarningMessage(title, options, open, store, again);
    if (picked === undefined) return false;
    if (picked === again) return true;
    if (picked === open) await vscode.env.openExternal(vscode.Uri.parse(page, true));
    if (picked === store && (await vscode.commands.executeCommand('rlvr.storeHubToken')) === true) return true;
  }
}
