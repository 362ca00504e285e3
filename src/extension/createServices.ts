/** Makes what the parts of the host share. Nothing is started, read or connected here. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Job } from '../engine/protocol/link.ts';
import { linkScore } from './cases/linkScore.ts';
import type { DisposableStore } from './common/disposable.ts';
import { RunData } from './data/runData.ts';
import { engineSettings } from './engine/engineSettings.ts';
import { EngineLogChannel } from './engine/engineLog.ts';
import { Engines } from './engine/engines.ts';
import { createLiveScores } from './live/createLiveScores.ts';
import { Memory } from './memory.ts';
import { createPanels } from './panels/createPanels.ts';
import { OpenedRuns } from './runs/openedRuns.ts';
import { RunStore } from './runs/runStore.ts';
import { KeptComparisons } from './rewardDiffs/keptComparisons.ts';
import { RewardDiffs } from './rewardDiffs/rewardDiffs.ts';
import { Selection } from './runs/selection.ts';
import type { Services } from './services.ts';
import { leaseOf } from './training/lease.ts';

/** @param own what is given back when the extension is deactivated */
export function createServices(context: vscode.ExtensionContext, own: DisposableStore): Services {
  const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('rlvr');
  const folders = (): readonly string[] =>
    (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);

  const memory = new Memory(context.workspaceState, context.globalState);
  const opened = new OpenedRuns(memory, folders);
  const data = own.add(new RunData());
  const store = own.add(new RunStore(data, () => opened.places()));
  const selection = own.add(new Selection(memory.selectedRun));
  const engines = own.add(
    new Engines({
      sessionsDir: join(context.globalStorageUri.fsPath, 'engines'),
      lease: leaseOf(settings()),
      node: () => {
        const node = settings().get<unknown>('engine.node');
        return typeof node === 'string' && node !== '' ? node : null;
      },
      settings: engineSettings,
      mayRun: () => vscode.workspace.isTrusted,
      isOurs: (job) => opened.isOurs(placeOf(job)),
      lastStep: async (dir) => (await data.call('runState', { dir })).lastStep,
    }),
  );
  const log = own.add(new EngineLogChannel(engines));
  const live = createLiveScores({ data, engines, store, selection, opened }, own);
  const diffs = own.add(new RewardDiffs(data, new KeptComparisons(memory)));
  const scoreCases = linkScore((question) => engines.questions.score(question));
  const { extensionUri } = context;
  const { panels, commands } = createPanels(
    { extensionUri, data, store, opened, selection, engines, log, live: live.live, diffs },
    own,
  );
  return {
    data,
    store,
    selection,
    opened,
    engines,
    scoreCases,
    live,
    diffs,
    panels,
    panelCommands: commands,
    log,
    memory,
    folders,
  };
}

function placeOf(job: Job): string {
  switch (job.kind) {
    case 'train':
      return job.experimentPath;
    case 'resume':
      return job.runDir;
    case 'evaluate':
      return job.path;
    case 'serve':
      return '';
  }
}
