/** What a run does when its last window closes: the user's setting, asked for once. */
import * as vscode from 'vscode';
import type { Lease } from '../../engine/protocol/link.ts';
import type { Memory } from '../memory.ts';

export const LEASE_SETTINGS = ['rlvr.whenWindowCloses', 'rlvr.keepForMinutes'];

export function leaseOf(settings: vscode.WorkspaceConfiguration): Lease {
  const minutes = settings.get<unknown>('keepForMinutes');
  const whenAlone = settings.get<unknown>('whenWindowCloses');
  return {
    whenAlone: whenAlone === 'finish' || whenAlone === 'stop' ? whenAlone : 'keepFor',
    minutes: typeof minutes === 'number' && minutes >= 1 ? minutes : 10,
  };
}

/** Before the first start of an experiment of one's own; whoever passes it over has the default, and is not asked again. */
export async function askAboutClosing(memory: Memory): Promise<void> {
  if (memory.askedAboutClosing) return;
  memory.askedAboutClosing = true;
  const minutes = leaseOf(vscode.workspace.getConfiguration('rlvr')).minutes;
  const items: readonly (vscode.QuickPickItem & { readonly value: Lease['whenAlone'] })[] = [
    {
      value: 'keepFor',
      label: vscode.l10n.t('Go on for {0} minutes, then stop', minutes),
      description: vscode.l10n.t('default'),
      detail: vscode.l10n.t('A stopped run resumes from its last complete step.'),
    },
    { value: 'finish', label: vscode.l10n.t('Go on to the end') },
    { value: 'stop', label: vscode.l10n.t('Stop') },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('When the last window closes, what shall a run do?'),
    placeHolder: vscode.l10n.t('Asked once; it is the setting rlvr.whenWindowCloses'),
  });
  if (picked !== undefined && picked.value !== 'keepFor')
    await vscode.workspace
      .getConfiguration('rlvr')
      .update('whenWindowCloses', picked.value, vscode.ConfigurationTarget.Global);
}
