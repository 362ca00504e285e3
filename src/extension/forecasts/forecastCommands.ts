/** The commands of forecasts. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import type { Command } from '../commands.ts';
import { rootOf } from '../runs/roots.ts';
import type { Services } from '../services.ts';
import { askAboutClosing } from '../training/lease.ts';
import { requireTrust, saveEdits, startExperiment } from '../training/startTraining.ts';
import type { ForecastDocuments } from './forecastDocuments.ts';

export function forecastCommands(
  services: Services,
  documents: Pick<ForecastDocuments, 'show' | 'forecastOf'>,
): Readonly<Record<string, Command>> {
  const { folders, memory, panels } = services;
  return {
    'forecast.show': async (uri) => {
      requireTrust();
      const path = experimentOf(uri);
      await saveEdits(rootOf(path, folders()));
      await documents.show(path);
    },
    'forecast.start': async (uri) => {
      requireTrust();
      const path = experimentOf(uri);
      await saveEdits(rootOf(path, folders()));
      const forecast = await documents.forecastOf(path);
      await askAboutClosing(memory);
      await startExperiment(services, path, [], forecast);
      panels.openDashboard();
    },
  };
}

/** What a lens names, else what is in the editor that has the focus. */
function experimentOf(given: unknown): string {
  const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme === 'file' && uri.path.endsWith('.rlvr.json')) return uri.fsPath;
  throw new UserError(vscode.l10n.t('Open an experiment file first: a forecast is of an experiment.'));
}
