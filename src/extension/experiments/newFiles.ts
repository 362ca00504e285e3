/** Where new files go, and how they are called. */
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { isInside } from '../runs/roots.ts';
import { nameProblem } from './freeName.ts';
import type { Questioner } from './quickSteps.ts';
import type { Answer } from './steps.ts';

/** The folder of the file in the active editor, where that is one of the workspace's. */
export function activeFolder(folders: readonly string[]): string | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme !== 'file') return undefined;
  const folder = dirname(uri.fsPath);
  return folders.some((root) => isInside(folder, root)) ? folder : undefined;
}

/** Asks for the name of a new file in a folder; resolves with its path. */
export async function askForFile(ask: Questioner, folder: string, initial: string): Promise<Answer<string>> {
  const prompt = vscode.l10n.t('Name of the new file in {0}', vscode.workspace.asRelativePath(folder));
  const name = await ask.write(prompt, initial, (text) => problemWords(nameProblem(folder, text)));
  return typeof name === 'string' ? join(folder, name) : name;
}

function problemWords(problem: ReturnType<typeof nameProblem>): string | null {
  switch (problem) {
    case 'empty':
      return vscode.l10n.t('A file needs a name.');
    case 'path':
      return vscode.l10n.t('A name, without a folder and without signs that a file name cannot have.');
    case 'taken':
      return vscode.l10n.t('There is a file of this name already.');
    case null:
      return null;
  }
}

/** Asks for a place anywhere, where no folder is open. */
export async function askForPlace(initial: string): Promise<string | undefined> {
  const uri = await vscode.window.showSaveDialog({ defaultUri: vscode.Uri.file(initial) });
  return uri?.scheme === 'file' ? uri.fsPath : undefined;
}
