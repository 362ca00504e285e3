/** Where what is made of a run is written. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { isInside } from './roots.ts';

/** Not beside the run, where nobody looks for it: the workspace's folder that it is in, or the first one. */
export function placeOf({ folders }: Pick<Services, 'folders'>, runDir: string): string {
  return folders().find((folder) => isInside(runDir, folder)) ?? folders()[0] ?? homedir();
}

/** A folder that the user picks; null where they do not. */
export async function chosenFolder(place: string, label: string): Promise<string | null> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      defaultUri: vscode.Uri.file(place),
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: label,
    })) ?? [];
  return folder?.fsPath ?? null;
}

/** A path in a folder that nothing has yet. */
export function newPath(parent: string, name: string): string {
  let path = join(parent, name);
  for (let i = 2; existsSync(path); i++) path = join(parent, `${name}-${i}`);
  return path;
}
