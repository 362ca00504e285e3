/** Writes cases into their file as an edit of the editor's, which can be undone. */
import * as vscode from 'vscode';
import { casesFileOf } from '../../engine/cases/caseFiles.ts';
import { EMPTY_CASES_TEXT, withCases, type CasesChanges } from '../../engine/cases/casesText.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import { parseRewardCases, type RewardCase } from '../../engine/protocol/rewardCases.ts';
import { showBeside } from '../panels/showBeside.ts';

/**
 * Pins cases into the file beside their reward file, made where there is none, and shows the first.
 * @throws UserError where the file is wrong, or cannot be written
 */
export async function pinInto(rewardFile: string, pinned: readonly RewardCase[]): Promise<CasesChanges> {
  const uri = vscode.Uri.file(casesFileOf(rewardFile));
  const change = await write(uri, pinned);
  await showCase(uri, change.first);
  return change;
}

/** Shows a case in its file. */
export async function showCase(uri: vscode.Uri, index: number): Promise<void> {
  await showBeside(uri, (document) => {
    const offset = parseRewardCases(document.getText(), uri.fsPath)[index]?.range.offset ?? 0;
    const position = document.positionAt(offset);
    return new vscode.Range(position, position);
  });
}

async function write(uri: vscode.Uri, pinned: readonly RewardCase[]): Promise<CasesChanges> {
  const edit = new vscode.WorkspaceEdit();
  let change: CasesChanges;
  if (await isThere(uri)) {
    const document = await vscode.workspace.openTextDocument(uri);
    const text = document.getText();
    change = withCases(text, uri.fsPath, pinned);
    const { offset, length, content } = replacement(text, change.text);
    edit.replace(uri, new vscode.Range(document.positionAt(offset), document.positionAt(offset + length)), content);
  } else {
    change = withCases(EMPTY_CASES_TEXT, uri.fsPath, pinned);
    edit.createFile(uri, { contents: new TextEncoder().encode(change.text) });
  }
  if (change.written === 0) return change;
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new UserError(vscode.l10n.t('{0} could not be written.', uri.fsPath));
  const written = await vscode.workspace.openTextDocument(uri);
  if (written.isDirty && !(await written.save()))
    throw new UserError(vscode.l10n.t('{0} could not be saved.', uri.fsPath));
  return change;
}

/** What of a text is another, as one edit: all else stays where it is, the cursor included. */
function replacement(before: string, after: string): { offset: number; length: number; content: string } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  return { offset: start, length: before.length - end - start, content: after.slice(start, after.length - end) };
}

async function isThere(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
