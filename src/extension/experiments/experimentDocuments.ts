/** Which documents are experiments. */
import type * as vscode from 'vscode';

/** Saved files on this machine: a run reads them from the disk. */
export const EXPERIMENT_SELECTOR: vscode.DocumentFilter = { scheme: 'file', pattern: '**/*.rlvr.json' };

export function isExperiment({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === 'file' && uri.path.endsWith('.rlvr.json');
}
