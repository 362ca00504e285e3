/** Documents that are reward code, or that such code may import. */
import * as vscode from 'vscode';
import type { UnsavedFile } from '../../engine/protocol/scoring.ts';
import { isCodePath } from '../common/codePath.ts';

export function isCode({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === 'file' && isCodePath(uri.fsPath);
}

/** Those that are not saved, with their texts. */
export function unsavedCode(): UnsavedFile[] {
  return vscode.workspace.textDocuments
    .filter((document) => document.isDirty && isCode(document))
    .map((document) => ({ path: document.uri.fsPath, text: document.getText() }));
}
