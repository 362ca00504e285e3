/** The one question before code that came with somebody else's run is run. */
import * as vscode from 'vscode';
import type { OpenedRuns } from './openedRuns.ts';
import { fullName, type ReadableRun } from './runNames.ts';

/**
 * Whether what a run names may be run: at once where it is of this window's folders, otherwise if the user says so. Trust in the
 * workspace says nothing about a folder from elsewhere, whose rewards are files at any path.
 */
export async function agreeToRunCode(opened: OpenedRuns, run: ReadableRun): Promise<boolean> {
  if (opened.isFromHere(run.dir)) return true;
  const agree = vscode.l10n.t('Run Its Code');
  const picked = await vscode.window.showWarningMessage(
    vscode.l10n.t('Run the code of {0}?', fullName(run)),
    {
      modal: true,
      detail: vscode.l10n.t(
        "The run was opened from {0}, outside of this window's folders. To resume, evaluate or export it, or to score with it, runs the reward functions it names, with your rights. Do so only if you trust whoever made it.",
        run.dir,
      ),
    },
    agree,
  );
  return picked === agree;
}
