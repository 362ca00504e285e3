/** Keeps what the host knows in step with the window: its folders, its settings, what is selected and what runs. */
import * as vscode from 'vscode';
import type { Disposable } from './common/disposable.ts';
import { runsUnderWay, workUnderWay } from './runs/underWay.ts';
import type { Services } from './services.ts';
import { LEASE_SETTINGS, leaseOf } from './training/lease.ts';

export function followWorkspace(services: Services): Disposable {
  const { engines, store, selection, memory, opened } = services;
  const tellRunning = (): void => {
    const running = workUnderWay(store, engines).length > 0;
    void vscode.commands.executeCommand('setContext', 'rlvr.running', running);
  };
  tellRunning();
  return vscode.Disposable.from(
    engines.onDidChange(tellRunning),
    store.onDidChange(tellRunning),
    seekEngines(services),
    engines.onDidChange(({ job, runDir }) => {
      // Of an experiment outside the window's folders no run is listed for where it lies.
      if (job.kind === 'train' && runDir !== null && opened.open(runDir)) void store.refresh();
    }),
    selection.onDidChange((run) => (memory.selectedRun = run)),
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      void store.refresh();
      void engines.attachAll();
    }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (LEASE_SETTINGS.some((setting) => change.affectsConfiguration(setting)))
        engines.setLease(leaseOf(vscode.workspace.getConfiguration('rlvr')));
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void engines.attachAll()),
  );
}

/** A run that turns out to be under way may have been started in another window: its engine is looked for, once. */
function seekEngines({ engines, store }: Services): Disposable {
  let known: readonly string[] = [];
  return store.onDidChange(() => {
    const foreign = runsUnderWay(store, engines)
      .map(({ dir }) => dir)
      .filter((dir) => engines.ofRun(dir) === null);
    const isNew = foreign.some((dir) => !known.includes(dir));
    known = foreign;
    if (isNew) void engines.attachAll();
  });
}
