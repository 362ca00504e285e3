/** "Try the Built-in Demo": three files to read, the reward on the left, the curves on the right, and the model learns. */
import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { requireTrust, startExperiment } from '../training/startTraining.ts';
import { putDemo } from './demoFiles.ts';

/** @param storage where the files go while no folder is open */
export async function tryDemo(services: Services, productDir: string, storage: string): Promise<void> {
  requireTrust();
  const { experiment, reward } = putDemo(productDir, services.folders()[0] ?? storage);
  await vscode.window.showTextDocument(vscode.Uri.file(reward), {
    viewColumn: vscode.ViewColumn.One,
    preview: false,
  });
  services.panels.openDashboard();
  await startExperiment(services, experiment);
}
