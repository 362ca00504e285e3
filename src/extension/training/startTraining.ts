/** From an experiment file to a run under way. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import type { Forecast } from '../../engine/protocol/forecast.ts';
import type { Job } from '../../engine/protocol/link.ts';
import type { EngineHandle } from '../engine/engineHandle.ts';
import { isInside, rootOf, runsDirOf } from '../runs/roots.ts';
import type { Services } from '../services.ts';
import { readExperiment } from './experimentFile.ts';

/**
 * Starts a run of an experiment file, saved first as it stands in its editor; the run is selected as soon as there is one.
 * Rejects with UserError where the file, the workspace or the machine does not let it.
 * @param forecast what a preflight of it said, to be kept beside the run
 */
export async function startExperiment(
  services: Services,
  experimentPath: string,
  overrides: readonly string[] = [],
  forecast?: Forecast,
): Promise<EngineHandle> {
  const { opened, folders } = services;
  requireTrust();
  await saveEdits(rootOf(experimentPath, folders()));
  // Said at once, and by the same parser, what the engine would say after it has loaded.
  const { rewards } = await readExperiment(experimentPath, overrides);
  opened.remember(experimentPath);
  const { checkCasesBeforeStart } = await import('../cases/casesBeforeStart.ts');
  await checkCasesBeforeStart(services, { path: experimentPath, rewards });
  return startWork(services, {
    kind: 'train',
    experimentPath,
    overrides: [...overrides],
    runsDir: runsDirOf(experimentPath, folders()),
    ...(forecast === undefined ? {} : { forecast }),
  });
}

/** Starts an engine; its run is selected as soon as there is one. */
export async function startWork(
  { engines, selection, store }: Services,
  job: Extract<Job, { kind: 'train' | 'resume' }>,
): Promise<EngineHandle> {
  const handle = await engines.start(job);
  const listener = handle.onDidChange(() => {
    if (handle.runDir === null) return;
    listener.dispose();
    selection.select(handle.runDir);
    void store.refresh();
  });
  void handle.ended.then(() => {
    listener.dispose();
    void store.refresh();
  });
  return handle;
}

/** @throws UserError in a workspace that is not trusted: training runs its reward functions */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new UserError(
    vscode.l10n.t(
      'This workspace is not trusted, and training would run its code. Runs can be looked at; to start one, trust it first.',
    ),
  );
}

/** What is scored and trained is what is on the screen. */
export async function saveEdits(root: string): Promise<void> {
  const edited = vscode.workspace.textDocuments.filter(
    ({ isDirty, uri }) => isDirty && uri.scheme === 'file' && isInside(uri.fsPath, root),
  );
  for (const document of edited)
    if (!(await document.save()))
      throw new UserError(vscode.l10n.t('{0} could not be saved, so nothing was started.', document.uri.fsPath));
}
