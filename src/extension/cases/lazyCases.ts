/** Pinned cases, of which nothing is loaded before there is one: most windows have none, and activation is to cost nothing. */
import * as vscode from 'vscode';
import { CASES_EXTENSION } from '../../engine/protocol/casesExtension.ts';
import type { Command } from '../commands.ts';
import type { Disposable } from '../common/disposable.ts';
import { DisposableStore } from '../common/disposable.ts';
import type { Services } from '../services.ts';

const CASE_FILES = `**/*${CASES_EXTENSION}`;
const ELSEWHERE = '**/{node_modules,.rlvr}/**';

/** By what follows `rlvr.` in their names. */
export function caseCommands(services: Services): Readonly<Record<string, Command>> {
  return {
    'outputs.pinCase': async (argument) => (await import('./cases.ts')).pinCaseOf(services, argument),
    'outputs.pinDisagreements': async (argument) => (await import('./cases.ts')).pinDisagreementsOf(services, argument),
    'outputs.debugScore': async (argument) => (await import('./cases.ts')).debugScoreOf(services, argument),
  };
}

/** The Testing view has them from the first file of cases on. */
export function registerCases(services: Services): Disposable {
  const own = new DisposableStore();
  let loaded = false;
  const load = async (): Promise<void> => {
    if (loaded) return;
    loaded = true;
    const cases = await import('./cases.ts');
    own.add(cases.registerCases(services));
  };
  const look = async (): Promise<void> => {
    const [found] = await vscode.workspace.findFiles(CASE_FILES, ELSEWHERE, 1);
    if (found !== undefined) await load();
  };
  const watcher = own.add(vscode.workspace.createFileSystemWatcher(CASE_FILES, false, true, true));
  own.add(watcher.onDidCreate(() => void load()));
  own.add(vscode.workspace.onDidChangeWorkspaceFolders(() => void look()));
  void look();
  return own;
}
