/** Writes cases into their file as an edit of the editor's, which can be undone. */
import * as vscode from 'vscode';
import { casesFileOf } from '../../engine/cases/caseFiles.ts';
import { EMPTY_CASES_TEXT, withCase, type CasesChange } from '../../engine/cases/casesText.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import { parseRewardCases, type RewardCase } from '../../engine/protocol/rewardCases.ts';
import { showBeside } from '../panels/showBeside.ts';

/**
 * Pins a case into the file beside its reward file, made where there is none, and shows it.
 * @throws UserError where the file is wrong, or cannot be written
 */
export async function pinInto(rewardFile: string, pinned: RewardCase): Promise<CasesChange['kind']> {
  const uri = vscode.Uri.file(casesFileOf(rewardFile));
  const change = await write(uri, pinned);
  await showCase(uri, change.index);
  return change.kind;
}

/** Shows a case in its file. */
export async function showCase(uri: vscode.Uri, index: number): Promise<void> {
  await showBeside(uri, (document) => {
    const offset = parseRewardCases(document.getText(), uri.fsPath)[index]?.range.offset ?? 0;
    const position = document.positionAt(offset);
    return new vscode.Range(position, position);
  });
}

async function write(uri: vscode.Uri, pinned: RewardCase): Promise<CasesChange> {
  const edit = new vscode.WorkspaceEdit();
  let change: CasesChange;
  if (await isThere(uri)) {
    const document = await vscode.workspace.openTextDocument(uri);
    change = withCase(document.getText(), uri.fsPath, pinned);
    for (const { offset, length, content } of change.edits) {
      const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
      edit.replace(uri, range, content);
    }
  } else {
    change = withCase(EMPTY_CASES_TEXT, uri.fsPath, pinned);
    edit.createFile(uri, { contents: new TextEncoder().encode(change.text) });
  }
  if (change.kind === 'same') return change;
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new UserError(vscode.l10n.t('{0} could not be written.', uri.fsPath));
  const written = await vscode.workspace.openTextDocument(uri);
  if (written.isDirty && !(await written.save()))
    throw new UserError(vscode.l10n.t('{0} could not be saved.', uri.fsPath));
  return change;
}

async function isThere(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
