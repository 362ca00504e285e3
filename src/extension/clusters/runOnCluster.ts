/** "Run on Cluster…": an experiment, trained on a Ray cluster; nothing is sent before the person has seen what. */
import * as vscode from 'vscode';
import { isJobAddress, type DescribeJobReply } from '../../engine/protocol/rayJob.ts';
import { onCluster } from '../../engine/protocol/rayConfig.ts';
import { bytes, plural } from '../../engine/words/format.ts';
import { rootOf } from '../runs/roots.ts';
import { listedRun } from '../runs/chooseRun.ts';
import { runsOf } from '../runs/runsOf.ts';
import type { Services } from '../services.ts';
import { requireExperimentFile } from '../training/experimentFile.ts';
import { askAboutClosing } from '../training/lease.ts';
import { pickExperiment } from '../training/pickExperiment.ts';
import { requireTrust, saveEdits, startExperiment } from '../training/startTraining.ts';
import { tellTokens } from './clusterTokens.ts';
import { KnownClusters, priceOverrides } from './knownClusters.ts';
import { pickCluster } from './pickCluster.ts';

/** A dialog is no place for a longer list. */
const MAX_SHOWN_FILES = 12;

/** @param argument an experiment, or a run whose experiment is meant, as its file is now */
export async function runOnCluster(
  services: Services,
  secrets: vscode.SecretStorage,
  argument: unknown,
): Promise<void> {
  const { engines, folders, memory, panels, store } = services;
  requireTrust();
  const [runDir] = runsOf(argument);
  const path =
    runDir === undefined ? await pickExperiment(services, argument) : listedRun(store, runDir).experimentPath;
  if (path === undefined) return;
  requireExperimentFile(path);
  const known = new KnownClusters(memory);
  const address = await pickCluster(known, secrets);
  if (address === undefined) return;
  await tellTokens(secrets, known, engines);
  const overrides = [...onCluster(address), ...priceOverrides(known.price(address))];
  if (isJobAddress(address)) {
    // What is sent is what is on the screen.
    await saveEdits(rootOf(path, folders()));
    const described = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Looking at what the run needs') },
      () => engines.questions.describeJob({ experimentPath: path, overrides }),
    );
    const run = vscode.l10n.t('Send and Run');
    const agreed = await vscode.window.showInformationMessage(
      vscode.l10n.t('Send this to the cluster at {0}?', address),
      { modal: true, detail: detailOf(described) },
      run,
    );
    if (agreed !== run) return;
  } else await askAboutClosing(memory);
  await startExperiment(services, path, overrides);
  panels.openDashboard();
}

function detailOf({ files, engineBytes, notes }: DescribeJobReply): string {
  const sum = files.reduce((total, file) => total + file.bytes, 0);
  const shown = files.slice(0, MAX_SHOWN_FILES).map((file) => `${file.path} (${bytes(file.bytes)})`);
  const more = files.length - shown.length;
  const lines = more === 0 ? shown : [...shown, vscode.l10n.t('and {0} more', more)];
  const engine = vscode.l10n.t('The engine itself, {0}, is sent to each cluster once.', bytes(engineBytes));
  const all = vscode.l10n.t(
    '{0}, {1} before packing. No key or token is among them.',
    plural(files.length, 'file'),
    bytes(sum),
  );
  return [lines.join('\n'), all, engine, ...notes].join('\n\n');
}
