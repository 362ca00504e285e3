/** Keeps what the host knows in step with the window: its folders, its settings, what is selected and what runs. */
import * as vscode from 'vscode';
import type { Disposable } from './common/disposable.ts';
import { runningRuns } from './runs/runTree.ts';
import type { Services } from './services.ts';
import { LEASE_SETTINGS, leaseOf } from './training/lease.ts';

export function followWorkspace({ engines, store, selection, memory }: Services): Disposable {
  const tellRunning = (): void => {
    const running = engines.handles.length > 0 || runningRuns(store).length > 0;
    void vscode.commands.executeCommand('setContext', 'rlvr.running', running);
  };
  tellRunning();
  return vscode.Disposable.from(
    engines.onDidChange(tellRunning),
    store.onDidChange(tellRunning),
    selection.onDidChange((run) => (memory.selectedRun = run)),
    vscode.workspace.onDidChangeWorkspaceFolders(() => void store.refresh()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (LEASE_SETTINGS.some((setting) => change.affectsConfiguration(setting)))
        engines.setLease(leaseOf(vscode.workspace.getConfiguration('rlvr')));
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void engines.attachAll()),
  );
}
