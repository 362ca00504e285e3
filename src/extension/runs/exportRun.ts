/** Export of a run's metrics or completions to a file of the user's choice. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { rootOf } from './roots.ts';

export async function exportRun({ data, folders }: Services, runDir: string): Promise<void> {
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
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(join(rootOf(runDir, folders()), `${what.value}.csv`)),
    filters: { CSV: ['csv'], JSONL: ['jsonl'] },
  });
  if (target === undefined) return;
  await data.call('export', { dir: runDir, what: what.value, file: target.fsPath });
  if (what.value === 'metrics') await vscode.window.showTextDocument(target);
}
