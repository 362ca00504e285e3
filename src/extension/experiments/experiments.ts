/** What the editor does with experiment files: the door of this folder. */
import * as vscode from 'vscode';
import type { Command } from '../commands.ts';
import type { Disposable } from '../common/disposable.ts';
import type { Services } from '../services.ts';
import { tryDemo } from './demo.ts';
import { ExperimentDiagnostics } from './experimentDiagnostics.ts';
import { ExperimentLenses } from './experimentLenses.ts';
import { registerExperimentLinks } from './experimentLinkProvider.ts';
import { newExperiment } from './newExperiment.ts';
import { newReward } from './newReward.ts';
import { registerTrainingTasks } from './trainingTasks.ts';

/** The commands that write files. */
export function experimentCommands(
  services: Services,
  { extensionPath, globalStorageUri }: vscode.ExtensionContext,
): Readonly<Record<string, Command>> {
  return {
    tryDemo: () => tryDemo(services, extensionPath, globalStorageUri.fsPath),
    newExperiment: () => newExperiment(services.folders(), extensionPath),
    newReward: () => newReward(services.folders(), extensionPath),
  };
}

/** What is shown in and above experiment files, and the tasks that train them. */
export function registerExperimentFiles(services: Services, { extensionPath }: vscode.ExtensionContext): Disposable {
  return vscode.Disposable.from(
    new ExperimentLenses(services.store, services.data),
    new ExperimentDiagnostics(),
    registerExperimentLinks(extensionPath),
    registerTrainingTasks(services),
  );
}
