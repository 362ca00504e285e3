/** Writes the report of a run to a folder of the user's choice, and shows it. */
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { RunData } from '../data/runData.ts';
import type { Services } from '../services.ts';
import { chosenFolder, newPath, placeOf } from './exportPlaces.ts';
import { isReadable, runName } from './runNames.ts';

export async function reportRun(services: Pick<Services, 'folders' | 'store'>, runDir: string): Promise<void> {
  const other = await pickOther(services, runDir);
  if (other === undefined) return;
  const parent = await chosenFolder(placeOf(services, runDir), vscode.l10n.t('Write the Report Here'));
  if (parent === null) return;
  const outDir = newPath(parent, `report-${basename(runDir)}`);
  const html = await RunData.once('writeReport', { dir: runDir, other, outDir });
  await show(html);
}

/** In the browser, which cannot read a file of another machine: from there as Markdown beside it, in the editor. */
async function show(html: string): Promise<void> {
  const isHere = vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
  if (isHere && (await vscode.env.openExternal(vscode.Uri.file(html)))) return;
  await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.file(join(dirname(html), 'report.md')));
  void vscode.window.showInformationMessage(vscode.l10n.t('Wrote {0}.', html));
}

/** A run to compare with; null for none, undefined where the question is left. */
async function pickOther({ store }: Pick<Services, 'store'>, runDir: string): Promise<string | null | undefined> {
  const others = store.runs.filter((run) => isReadable(run) && run.dir !== runDir);
  if (others.length === 0) return null;
  const choices: readonly (vscode.QuickPickItem & { readonly dir: string | null })[] = [
    { label: vscode.l10n.t('This run alone'), dir: null },
    { label: vscode.l10n.t('Compared with'), kind: vscode.QuickPickItemKind.Separator, dir: null },
    ...others.map((run) => ({ label: runName(run), description: run.id, dir: run.dir })),
  ];
  const choice = await vscode.window.showQuickPick(choices, { placeHolder: vscode.l10n.t('Report on what?') });
  return choice?.dir;
}
