/** "New Experiment...": a model, data and a reward, and the file that trains the one on the others. */
import * as vscode from 'vscode';
import { writeExperiment, type ExperimentDraft } from './experimentDraft.ts';
import { experimentQuestions, type Draft, type ModelHub } from './experimentQuestions.ts';
import { EXPERIMENT_EXTENSION, withExperimentExtension } from './experimentExtension.ts';
import { freeName } from './freeName.ts';
import { activeFolder, askForFile, askForPlace, type FileName } from './newFiles.ts';
import { Questioner } from './quickSteps.ts';
import { runSteps, type Step } from './steps.ts';

/** Asks what is to be trained on what, writes the experiment, and opens it. */
export async function newExperiment(folders: readonly string[], productDir: string, hub: ModelHub): Promise<void> {
  const folder = activeFolder(folders) ?? folders[0];
  const askForName: Step<Draft, Questioner> = async (draft, ask) => {
    const called = (initial: string): FileName => ({ initial, complete: withExperimentExtension });
    const file =
      folder === undefined
        ? await askForPlace(called(`experiment${EXPERIMENT_EXTENSION}`))
        : await askForFile(ask, folder, called(freeName(folder, 'experiment', EXPERIMENT_EXTENSION)));
    return typeof file === 'object' ? { ...draft, file } : file;
  };
  const title = vscode.l10n.t('New Experiment');
  const initial: Draft = {};
  const questions = [...experimentQuestions(productDir, hub), askForName];
  const answers = await runSteps(initial, questions, (canGoBack) => new Questioner(title, canGoBack));
  if (answers?.file === undefined) return;
  const draft = completed(answers);
  if (draft === null) return;
  writeExperiment(draft, answers.file, folders, productDir);
  await vscode.window.showTextDocument(vscode.Uri.file(answers.file.path), { preview: false });
}

/** The draft where every question was answered. */
function completed({ model, dataset, question, answer, reward }: Draft): ExperimentDraft | null {
  if (!model || !dataset || question === undefined || answer === undefined || !reward) return null;
  return { model, dataset, question, answer, reward };
}
