/** Above a preview of prompts: the way to other problems, and to a file with the worked examples. */
import * as vscode from 'vscode';
import type { PreviewReply } from '../../engine/protocol/preview.ts';

/** @param reply what the preview shows; null before it shows anything */
export function previewLenses(uri: vscode.Uri, reply: PreviewReply | null): vscode.CodeLens[] {
  if (reply === null) return [];
  const { task, tasks, part, index, parts, examples } = reply;
  const problems = parts.find((each) => each.part === part)?.problems ?? 0;
  const top = new vscode.Range(0, 0, 0, 0);
  const lens = (title: string, command: string): vscode.CodeLens =>
    new vscode.CodeLens(top, { title, command: `rlvr.prompts.${command}`, arguments: [uri] });
  return [
    ...(index > 0 ? [lens(vscode.l10n.t('$(arrow-left) Previous Problem'), 'previous')] : []),
    ...(index < problems - 1 ? [lens(vscode.l10n.t('$(arrow-right) Next Problem'), 'next')] : []),
    lens(vscode.l10n.t('Problem {0} of {1}', index + 1, problems), 'goTo'),
    ...(task !== null && tasks.length > 1 ? [lens(vscode.l10n.t('Task: {0}', task), 'nextTask')] : []),
    ...(parts.length > 1 ? [lens(vscode.l10n.t('Part: {0}', part), 'nextPart')] : []),
    ...(examples === '' ? [] : [lens(vscode.l10n.t('Copy Worked Examples into a File'), 'copyExamples')]),
  ];
}
