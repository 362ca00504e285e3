/** Export of a run to files of the user's choice, of its policy as a model, or of its experiment to another trainer. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Trainer } from '../../engine/protocol/handover.ts';
import type { ExportForm } from '../../engine/protocol/policyExport.ts';
import { experimentName } from '../../engine/words/naming.ts';
import { RunData } from '../data/runData.ts';
import type { Services } from '../services.ts';
import { requireTrust } from '../training/startTraining.ts';
import { agreeToRunCode } from './agreeToRunCode.ts';
import { listedRun } from './chooseRun.ts';
import { chosenFolder, newPath, placeOf } from './exportPlaces.ts';
import { exportPolicy } from './exportPolicy.ts';

type What = 'metrics' | 'completions' | 'events' | ExportForm | Trainer;
type Deps = Pick<Services, 'folders' | 'engines' | 'opened' | 'store' | 'data'>;

export async function exportRun(deps: Deps, runDir: string): Promise<void> {
  const { adapters } = await deps.data.call('checkpoints', { dir: runDir });
  const adapter = {
    label: vscode.l10n.t('PEFT Adapter'),
    detail: vscode.l10n.t('What the run trained, without its model'),
    value: 'peft',
  } as const;
  const choices: readonly (vscode.QuickPickItem & { readonly value?: What })[] = [
    { label: vscode.l10n.t('What it recorded'), kind: vscode.QuickPickItemKind.Separator },
    {
      label: vscode.l10n.t('Metrics'),
      detail: vscode.l10n.t('A row for each step: CSV, JSONL or Parquet'),
      value: 'metrics',
    },
    {
      label: vscode.l10n.t('Completions'),
      detail: vscode.l10n.t('With rewards and advantages: CSV, JSONL or Parquet'),
      value: 'completions',
    },
    {
      label: vscode.l10n.t('TensorBoard Event File'),
      detail: vscode.l10n.t('The metrics, in a folder for tensorboard --logdir'),
      value: 'events',
    },
    { label: vscode.l10n.t('Its policy as a model'), kind: vscode.QuickPickItemKind.Separator },
    ...(adapters ? [adapter] : []),
    {
      label: adapters ? vscode.l10n.t('Merged Model') : vscode.l10n.t('Model'),
      detail: adapters
        ? vscode.l10n.t('A Hugging Face folder, the adapter within its weights')
        : vscode.l10n.t('A Hugging Face folder; all weights were trained, no adapter'),
      value: 'merged',
    },
    {
      label: vscode.l10n.t('ONNX Model'),
      detail: vscode.l10n.t('With a key-value cache, for onnxruntime and transformers.js'),
      value: 'onnx',
    },
    { label: vscode.l10n.t('Its experiment as a project'), kind: vscode.QuickPickItemKind.Separator },
    {
      label: vscode.l10n.t('Project for TRL'),
      detail: vscode.l10n.t('Script, data and rewards of its experiment'),
      value: 'trl',
    },
    {
      label: vscode.l10n.t('Project for verl'),
      detail: vscode.l10n.t('Script, data and rewards of its experiment'),
      value: 'verl',
    },
  ];
  const picked = await vscode.window.showQuickPick(choices, { placeHolder: vscode.l10n.t('Export what?') });
  const what = picked?.value;
  if (what === undefined) return;
  const place = placeOf(deps, runDir);
  if (what === 'events') await exportEvents(runDir, place);
  else if (what === 'metrics' || what === 'completions') await exportTable(runDir, what, place);
  else if (what === 'trl' || what === 'verl') await exportProject(deps, runDir, what, place);
  else await exportPolicy(deps, runDir, what, place);
}

async function exportTable(dir: string, what: 'metrics' | 'completions', place: string): Promise<void> {
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(join(place, `${what}.csv`)),
    saveLabel: vscode.l10n.t('Export'),
    filters: { CSV: ['csv'], JSONL: ['jsonl'], Parquet: ['parquet'] },
  });
  if (target === undefined) return;
  await RunData.once('export', { dir, what, file: target.fsPath });
  // Not `showTextDocument`, which refuses a large file where this asks.
  if (what === 'metrics' && !target.path.endsWith('.parquet'))
    await vscode.commands.executeCommand('vscode.open', target);
}

async function exportEvents(dir: string, place: string): Promise<void> {
  const logDir = await chosenFolder(place, vscode.l10n.t('Use as Log Folder'));
  if (logDir === null) return;
  const file = await RunData.once('exportEvents', { dir, logDir });
  void vscode.window.showInformationMessage(vscode.l10n.t('Wrote {0}.', file));
}

async function exportProject(
  { engines, opened, store }: Deps,
  dir: string,
  trainer: Trainer,
  place: string,
): Promise<void> {
  // Its rewards are loaded, which runs code of the workspace, or of wherever the run comes from.
  requireTrust();
  const run = listedRun(store, dir);
  if (!(await agreeToRunCode(opened, run))) return;
  const parent = await chosenFolder(place, vscode.l10n.t('Write the Project Here'));
  if (parent === null) return;
  const outDir = newPath(parent, `${experimentName(run.experimentPath)}-${trainer}`);
  const { remarks } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Writing the project') },
    () => engines.questions.handOver({ path: dir, trainer, outDir }),
  );
  await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.file(join(outDir, 'README.md')));
  const lost = remarks.filter(({ kind }) => kind === 'missing').length;
  if (lost > 0)
    void vscode.window.showWarningMessage(
      vscode.l10n.t('Not everything could be carried over: {0} settings. README.md lists them.', lost),
    );
}
