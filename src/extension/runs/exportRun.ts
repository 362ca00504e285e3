/** Export of a run's metrics or completions to a file of the user's choice. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { RunData } from '../data/runData.ts';
import type { Services } from '../services.ts';
import { isInside } from './roots.ts';

export async function exportRun({ folders }: Pick<Services, 'folders'>, runDir: string): Promise<void> {
  const what = await vscode.window.showQuickPick(
    [
      { label: vscode.l10n.t('Metrics'), detail: vscode.l10n.t('A row for each step'), value: 'metrics' as const },
      {
        label: vscode.l10n.t('Completions'),
        detail: vscode.l10n.t('With rewards and advantages'),
        value: 'completions' as const,
      },
    ],
    { placeHolder: vscode.l10n.t('Export what?') },
  );
  if (what === undefined) return;
  // Not beside the run, where nobody looks for a table.
  const place = folders().find((folder) => isInside(runDir, folder)) ?? folders()[0] ?? homedir();
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(join(place, `${what.value}.csv`)),
    filters: { CSV: ['csv'], JSONL: ['jsonl'] },
  });
  if (target === undefined) return;
  await RunData.once('export', { dir: runDir, what: what.value, file: target.fsPath });
  // Not `showTextDocument`, which refuses a large file where this asks.
  if (what.value === 'metrics') await vscode.commands.executeCommand('vscode.open', target);
}
