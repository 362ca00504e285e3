/** Where new files go, and how they are called. */
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { isInside } from '../runs/roots.ts';
import { nameProblem, type NewFile } from './freeName.ts';
import type { Questioner } from './quickSteps.ts';
import type { Answer } from './steps.ts';

/** The folder of the file in the active editor, where that is one of the workspace's. */
export function activeFolder(folders: readonly string[]): string | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme !== 'file') return undefined;
  const folder = dirname(uri.fsPath);
  return folders.some((root) => isInside(folder, root)) ? folder : undefined;
}

/** What a new file is called. */
export interface FileName {
  /** Proposed. */
  readonly initial: string;
  /** The name or path of the file, from what was typed: with an extension that it must have. */
  readonly complete: (typed: string) => string;
}

/** Asks for the name of a new file in a folder. */
export async function askForFile(
  ask: Questioner,
  folder: string,
  { initial, complete }: FileName,
): Promise<Answer<NewFile>> {
  const prompt = vscode.l10n.t('Name of the new file in {0}', vscode.workspace.asRelativePath(folder));
  const nameOf = (typed: string): string => complete(typed.trim());
  const typed = await ask.write(prompt, initial, (text) => problemWords(nameProblem(folder, nameOf(text))));
  return typeof typed === 'string' ? { path: join(folder, nameOf(typed)), mayReplace: false } : typed;
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
export async function askForPlace({ initial, complete }: FileName): Promise<NewFile | undefined> {
  const uri = await vscode.window.showSaveDialog({ defaultUri: vscode.Uri.file(join(homedir(), initial)) });
  if (uri?.scheme !== 'file') return undefined;
  const path = complete(uri.fsPath);
  // The dialog has asked whether to replace what was picked, and knows nothing of the completed path.
  return { path, mayReplace: path === uri.fsPath };
}
