/** Says how runs ended: what failed always, what finished only to someone who was looking elsewhere. */
import * as vscode from 'vscode';
import { GET_MODEL_COMMAND } from '../../engine/protocol/hubModel.ts';
import { FETCHED_ON_REQUEST } from '../../engine/protocol/hubRevision.ts';
import { hintedReplay } from '../../engine/protocol/replayHint.ts';
import { experimentName } from '../../engine/words/naming.ts';
import type { Disposable } from '../common/disposable.ts';
import type { EngineEnd, EngineHandle } from '../engine/engineHandle.ts';
import { fullName, isReadable, progressText } from '../runs/runNames.ts';
import type { Services } from '../services.ts';

export function tellEndings(services: Services): Disposable {
  const { engines, log } = services;
  const ended = engines.onDidEnd(({ handle, end }) => void tell(services, handle, end));
  const resumed = engines.onDidResume(({ handle, attempt, cause }) => {
    log.channel.warn(
      vscode.l10n.t(
        '{0}: the engine ended unexpectedly and was resumed (attempt {1}). {2}',
        nameOf(services, handle),
        attempt,
        cause,
      ),
    );
  });
  return vscode.Disposable.from(ended, resumed);
}

async function tell(services: Services, handle: EngineHandle, end: EngineEnd): Promise<void> {
  await services.store.refresh();
  const name = nameOf(services, handle);
  if (end.outcome === 'failed') {
    const showLog = vscode.l10n.t('Show Log');
    const resume = vscode.l10n.t('Resume');
    const message = vscode.l10n.t('{0} failed. {1}', name, end.message ?? '');
    const { job } = handle;
    const get = job.kind === 'train' ? whatToGet(end.message ?? '') : null;
    const { runDir } = handle;
    const step = runDir === null ? null : hintedReplay(end.message ?? '', runDir);
    const replay = vscode.l10n.t('Replay Step {0}', step ?? 0);
    const offers = [
      ...(step === null ? [] : [replay]),
      showLog,
      ...(end.resumable ? [resume] : []),
      ...(get === null ? [] : [get.label]),
    ];
    const picked = await vscode.window.showErrorMessage(message, ...offers);
    if (get !== null && picked === get.label && job.kind === 'train')
      await vscode.commands.executeCommand(get.command, vscode.Uri.file(job.experimentPath));
    if (step !== null && picked === replay) await vscode.commands.executeCommand('rlvr.run.replayStep', runDir, step);
    if (picked === showLog) await services.log.show(handle.runDir);
    if (picked === resume && handle.runDir !== null)
      await vscode.commands.executeCommand('rlvr.run.resume', handle.runDir);
    return;
  }
  if (end.outcome !== 'finished' || vscode.window.state.focused || handle.runDir === null) return;
  const run = services.store.get(handle.runDir);
  const result = run !== undefined && isReadable(run) ? progressText(run) : '';
  const open = vscode.l10n.t('Open Dashboard');
  const picked = await vscode.window.showInformationMessage(vscode.l10n.t('{0} finished: {1}', name, result), open);
  if (picked === open) await vscode.commands.executeCommand('rlvr.run.select', handle.runDir);
}

/** What a run that failed did not find on this machine and the hub has; null where that is not why. */
function whatToGet(message: string): { readonly label: string; readonly command: string } | null {
  if (!message.includes(FETCHED_ON_REQUEST)) return null;
  return message.includes(GET_MODEL_COMMAND)
    ? { label: vscode.l10n.t('Get Model…'), command: 'rlvr.models.get' }
    : { label: vscode.l10n.t('Get Dataset'), command: 'rlvr.datasets.get' };
}

function nameOf({ store }: Services, { runDir, job }: EngineHandle): string {
  const run = runDir === null ? undefined : store.get(runDir);
  if (run !== undefined) return fullName(run);
  return job.kind === 'train' ? experimentName(job.experimentPath) : vscode.l10n.t('The run');
}
