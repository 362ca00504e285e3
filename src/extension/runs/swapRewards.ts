/** "Use Edited Reward from the Next Step": the rewards of a run change while it trains. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import { isSamePath } from '../common/samePath.ts';
import { isLive, type EngineHandle } from '../engine/engineHandle.ts';
import type { Services } from '../services.ts';
import { requireTrust } from '../training/startTraining.ts';
import { agreeToRunCode } from './agreeToRunCode.ts';
import { listedRun } from './chooseRun.ts';
import { rewardFilesOf } from './rewardFilesOf.ts';
import { fullName } from './runNames.ts';

/** Rejects with UserError where the run is not trained by an engine of the editor, or the edited files cannot be used. */
export async function swapRewards(services: Services, runDir: string): Promise<void> {
  const { store, engines, opened, panels, selection } = services;
  requireTrust();
  await store.refresh();
  const run = listedRun(store, runDir);
  const handle = trainerOf(engines.ofRun(runDir), run.status === 'running');
  if (!(await agreeToRunCode(opened, run))) return;
  const unsaved = await unsavedFiles(services, runDir);
  const { fromStep, rewards } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: progressTitle(unsaved.length) },
    async () => {
      for (const document of unsaved)
        if (!(await document.save()))
          throw new UserError(vscode.l10n.t('{0} was not saved, so the run goes on as it was.', document.fileName));
      return handle.swapRewards();
    },
  );
  const show = vscode.l10n.t('Show Dashboard');
  const names = rewards.join(', ');
  const message = vscode.l10n.t(
    'From step {0} on, {1} scores {2} with the edited code.',
    fromStep,
    names,
    fullName(run),
  );
  void vscode.window.showInformationMessage(message, show).then((picked) => {
    if (picked !== show) return;
    selection.select(runDir);
    panels.openDashboard();
  });
}

function trainerOf(handle: EngineHandle | null, running: boolean): EngineHandle {
  if (handle !== null && isLive(handle) && handle.job.kind !== 'evaluate') return handle;
  if (handle !== null || !running)
    throw new UserError(
      vscode.l10n.t('This run is not training. An edited reward is used by the next run that is started with it.'),
    );
  throw new UserError(
    vscode.l10n.t(
      'This run was started elsewhere, in a terminal say, where nothing can change its rewards. Stop it there and resume it in the editor; then they can be changed.',
    ),
  );
}

/** What is edited and not saved of the files that the run's rewards are made of. */
async function unsavedFiles({ data }: Services, dir: string): Promise<vscode.TextDocument[]> {
  const dirty = vscode.workspace.textDocuments.filter(({ isDirty, uri }) => isDirty && uri.scheme === 'file');
  if (dirty.length === 0) return [];
  const [sources, kept] = [await data.call('runSources', { dir }), await data.call('rewardSources', { dir })];
  const files = rewardFilesOf(sources, kept);
  return dirty.filter(({ uri }) => files.some((file) => isSamePath(file, uri.fsPath)));
}

function progressTitle(unsaved: number): string {
  return unsaved === 0
    ? vscode.l10n.t('Loading the edited reward; training goes on…')
    : vscode.l10n.t('Saving the reward and loading it; training goes on…');
}
