/** What the editor does with experiment files: the door of this folder. */
import * as vscode from 'vscode';
import type { Command } from '../commands.ts';
import type { Disposable } from '../common/disposable.ts';
import type { Services } from '../services.ts';
import { hubToken } from '../datasets/hubToken.ts';
import { ExperimentDiagnostics } from './experimentDiagnostics.ts';
import { ExperimentLenses } from './experimentLenses.ts';
import { registerExperimentLinks } from './experimentLinkProvider.ts';
import { registerTrainingTasks } from './trainingTasks.ts';

/** The commands that write files; what they need is loaded when they are called. */
export function experimentCommands(
  services: Services,
  { extensionPath, globalStorageUri, secrets }: vscode.ExtensionContext,
): Readonly<Record<string, Command>> {
  return {
    tryDemo: async () => (await import('./demo.ts')).tryDemo(services, extensionPath, globalStorageUri.fsPath),
    newExperiment: async () =>
      (await import('./newExperiment.ts')).newExperiment(services.folders(), extensionPath, {
        questions: services.engines.questions,
        token: () => hubToken(secrets),
      }),
    newReward: async () => (await import('./newReward.ts')).newReward(services.folders(), extensionPath),
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
