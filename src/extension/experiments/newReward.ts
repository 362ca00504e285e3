/** "New Reward Function from Template...". */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import * as vscode from 'vscode';
import { parseExperiment } from '../../engine/protocol/experimentFile.ts';
import { tasksOf } from '../../engine/protocol/tasks.ts';
import { activeExperiment } from '../training/pickExperiment.ts';
import { peekDataset } from './datasetPeek.ts';
import { freeName, type NewFile } from './freeName.ts';
import { activeFolder, askForFile, askForPlace, type FileName } from './newFiles.ts';
import { Questioner, type Choice } from './quickSteps.ts';
import { writeRewardFiles } from './rewardFiles.ts';
import { readRewardTemplates, rewardLibrary, type RewardTemplate } from './rewardTemplates.ts';
import { runSteps, type Step } from './steps.ts';

const USUAL_ANSWER = 'answer';

interface Draft {
  readonly template: RewardTemplate | null;
  readonly file: NewFile | null;
}

/** Asks for a template and a name, writes the file with those that it imports, and opens it at what to change first. */
export async function newReward(folders: readonly string[], productDir: string): Promise<void> {
  const folder = activeFolder(folders) ?? folders[0];
  const steps: Step<Draft, Questioner>[] = [
    async (draft, ask) => {
      const template = await ask.pick(vscode.l10n.t('What is a completion worth?'), templateChoices(productDir));
      return typeof template === 'object' ? { ...draft, template } : template;
    },
    async (draft, ask) => {
      const called = (initial: string): FileName => ({ initial, complete: (typed) => typed });
      const file =
        folder === undefined
          ? await askForPlace(called('reward.ts'))
          : await askForFile(ask, folder, called(freeName(folder, 'reward', '.ts')));
      return typeof file === 'object' ? { ...draft, file } : file;
    },
  ];
  const title = vscode.l10n.t('New Reward Function');
  const initial: Draft = { template: null, file: null };
  const draft = await runSteps(initial, steps, (canGoBack) => new Questioner(title, canGoBack));
  if (!draft?.template || draft.file === null) return;
  await writeReward(draft.template, draft.file, await answerColumn(), productDir);
}

export function templateChoices(productDir: string): Choice<RewardTemplate>[] {
  return readRewardTemplates(rewardLibrary(productDir)).map((template) => ({
    label: vscode.l10n.t(template.label),
    detail: vscode.l10n.t(template.detail),
    value: template,
  }));
}

async function writeReward(
  template: RewardTemplate,
  newFile: NewFile,
  answer: string,
  productDir: string,
): Promise<void> {
  const { offset, length } = writeRewardFiles(template, newFile, answer, productDir);
  const document = await vscode.workspace.openTextDocument(newFile.path);
  const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
  await vscode.window.showTextDocument(document, { preview: false, selection: range });
}

/** The column with the answer in the data of the experiment that is open; the usual name where none is, or it says nothing. */
async function answerColumn(): Promise<string> {
  const path = activeExperiment();
  if (path === undefined) return USUAL_ANSWER;
  try {
    // Of several tasks the first: a reward for another has a name to change.
    const { dataset } = tasksOf(parseExperiment(await readFile(path, 'utf8'), path))[0];
    return (await peekDataset(resolve(dirname(path), dataset.source))).answer ?? USUAL_ANSWER;
  } catch {
    // Of an experiment that cannot be started yet there is nothing to learn.
    return USUAL_ANSWER;
  }
}
