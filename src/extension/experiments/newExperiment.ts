/** "New Experiment...": a model, data and a reward, and the file that trains the one on the others. */
import * as vscode from 'vscode';
import { writeExperiment, type ExperimentDraft } from './experimentDraft.ts';
import { experimentQuestions, type Draft } from './experimentQuestions.ts';
import { freeName } from './freeName.ts';
import { activeFolder, askForFile, askForPlace } from './newFiles.ts';
import { Questioner } from './quickSteps.ts';
import { runSteps, type Step } from './steps.ts';

const EXTENSION = '.rlvr.json';

/** Asks what is to be trained on what, writes the experiment, and opens it. */
export async function newExperiment(folders: readonly string[], productDir: string): Promise<void> {
  const folder = activeFolder(folders) ?? folders[0];
  const askForName: Step<Draft, Questioner> = async (draft, ask) => {
    const file =
      folder === undefined
        ? await askForPlace(`experiment${EXTENSION}`)
        : await askForFile(ask, folder, freeName(folder, 'experiment', EXTENSION));
    return typeof file === 'string' ? { ...draft, file: withExtension(file) } : file;
  };
  const title = vscode.l10n.t('New Experiment');
  const initial: Draft = {};
  const questions = [...experimentQuestions(productDir), askForName];
  const answers = await runSteps(initial, questions, (canGoBack) => new Questioner(title, canGoBack));
  if (answers?.file === undefined) return;
  const draft = completed(answers);
  if (draft === null) return;
  writeExperiment(draft, answers.file, folders, productDir);
  await vscode.window.showTextDocument(vscode.Uri.file(answers.file), { preview: false });
}

function withExtension(file: string): string {
  return file.endsWith(EXTENSION) ? file : `${file.replace(/\.json$/, '')}${EXTENSION}`;
}

/** The draft where every question was answered. */
function completed({ model, dataset, question, answer, reward }: Draft): ExperimentDraft | null {
  if (!model || !dataset || question === undefined || answer === undefined || !reward) return null;
  return { model, dataset, question, answer, reward };
}
