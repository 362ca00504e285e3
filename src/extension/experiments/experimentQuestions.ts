/** The questions of "New Experiment...": each a step that adds one answer. */
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import { builtinModelNames } from '../../engine/protocol/builtinModels.ts';
import { builtinRewardNames, builtinRewards } from '../../engine/protocol/builtinRewards.ts';
import { peekDataset } from './datasetPeek.ts';
import { DEMO_PROBLEMS, DEMO_SOURCE } from './demoFiles.ts';
import type { DatasetChoice, ExperimentDraft, ModelChoice, RewardChoice } from './experimentDraft.ts';
import type { NewFile } from './freeName.ts';
import { getModel, type ModelQuestions } from '../models/getModel.ts';
import { searchModel } from '../models/searchModel.ts';
import { isModelFolder } from './modelPeek.ts';
import { templateChoices } from './newReward.ts';
import type { Choice, Questioner } from './quickSteps.ts';
import type { Answer, Step } from './steps.ts';

/** What was answered so far. */
export interface Draft extends Partial<ExperimentDraft> {
  /** The experiment's own. */
  readonly file?: NewFile;
}

/** Where neither models nor data of the user's are. */
const NOT_LOOKED_AT = '**/{node_modules,.rlvr,.git,.venv,venv}/**';
/** More are no list to choose from. */
const MAX_FOUND = 200;

const BROWSE = 'browse';
const GET = 'get';

/** Where models are looked for that are not on this machine. */
export interface ModelHub {
  readonly questions: ModelQuestions;
  readonly token: () => Promise<string | null>;
}

/** @param productDir where the demo's problems and the reward library are */
export function experimentQuestions(productDir: string, hub: ModelHub): readonly Step<Draft, Questioner>[] {
  return [
    async (draft, ask) => withAnswer(draft, 'model', await askForModel(ask, hub)),
    async (draft, ask) => withAnswer(draft, 'dataset', await askForDataset(draft, ask, productDir)),
    async (draft, ask) => {
      const known = draft.dataset?.peek.question ?? null;
      if (known !== null) return { ...draft, question: known };
      return withAnswer(
        draft,
        'question',
        await askForColumn(draft, ask, vscode.l10n.t('Which column has the question?')),
      );
    },
    async (draft, ask) => withAnswer(draft, 'reward', await askForReward(ask, productDir)),
    async (draft, ask) => {
      const known = draft.dataset?.peek.answer ?? null;
      if (!readsAnswer(draft.reward)) return { ...draft, answer: null };
      if (known !== null) return { ...draft, answer: known };
      return withAnswer(draft, 'answer', await askForColumn(draft, ask, vscode.l10n.t('Which column has the answer?')));
    },
  ];
}

function withAnswer<Key extends keyof ExperimentDraft>(
  draft: Draft,
  key: Key,
  answer: Answer<ExperimentDraft[Key]>,
): Answer<Draft> {
  return typeof answer === 'symbol' || answer === undefined ? answer : { ...draft, [key]: answer };
}

async function askForModel(ask: Questioner, hub: ModelHub): Promise<Answer<ModelChoice>> {
  const found = await vscode.workspace.findFiles('**/config.json', NOT_LOOKED_AT, MAX_FOUND);
  const folders = found.map(({ fsPath }) => dirname(fsPath)).filter(isModelFolder);
  const choices: Choice<ModelChoice | typeof BROWSE | typeof GET>[] = [
    ...folders.sort().map((folder) => ({
      label: `$(folder) ${basename(folder)}`,
      description: vscode.workspace.asRelativePath(folder),
      value: { kind: 'folder', folder } as const,
    })),
    ...builtinModelNames.map((name) => ({
      label: `$(package) ${name}`,
      detail: vscode.l10n.t('Knows nothing but the stories of the built-in demo: to find out how things work'),
      value: { kind: 'builtin', name } as const,
    })),
    { label: vscode.l10n.t('$(folder-opened) Browse…'), value: BROWSE },
    {
      label: vscode.l10n.t('$(cloud-download) Get Model…'),
      detail: vscode.l10n.t('Search the Hugging Face hub by name'),
      value: GET,
    },
  ];
  for (;;) {
    const picked = await ask.pick(vscode.l10n.t('Which model is to learn? A Hugging Face folder'), choices);
    if (picked === GET) {
      const got = await getFromHub(hub);
      if (got === null) continue;
      return got;
    }
    if (picked !== BROWSE) return picked;
    const folder = await browse({ canSelectFolders: true, canSelectFiles: false });
    if (folder === undefined) continue;
    if (isModelFolder(folder)) return { kind: 'folder', folder };
    void vscode.window.showErrorMessage(
      vscode.l10n.t('{0} is no model: a model is a folder with config.json and weights as safetensors.', folder),
    );
  }
}

/** null where the person has changed their mind, or it cannot be had, which is told. */
async function getFromHub({ questions, token }: ModelHub): Promise<ModelChoice | null> {
  try {
    const name = await searchModel(questions, token);
    const got = name === undefined ? null : await getModel(name, questions, token);
    return name === undefined || got === null ? null : { kind: 'hub', name, folder: got.folder };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    void vscode.window.showErrorMessage(error.message);
    return null;
  }
}

async function askForDataset(draft: Draft, ask: Questioner, productDir: string): Promise<Answer<DatasetChoice>> {
  const found = await vscode.workspace.findFiles('**/*.jsonl', NOT_LOOKED_AT, MAX_FOUND);
  const files = found.map(({ fsPath }) => ({
    label: `$(file) ${basename(fsPath)}`,
    description: vscode.workspace.asRelativePath(fsPath),
    value: { kind: 'file', file: fsPath } as const,
  }));
  const demo = {
    label: vscode.l10n.t('$(beaker) Problems of the built-in demo'),
    detail: vscode.l10n.t('Copied beside the experiment, yours to change'),
    value: { kind: 'demo', file: join(productDir, DEMO_SOURCE, DEMO_PROBLEMS) } as const,
  };
  files.sort((a, b) => a.description.localeCompare(b.description));
  const choices: Choice<Omit<DatasetChoice, 'peek'> | typeof BROWSE>[] = [
    ...(draft.model?.kind === 'builtin' ? [demo, ...files] : [...files, demo]),
    { label: vscode.l10n.t('$(folder-opened) Browse…'), value: BROWSE },
  ];
  for (;;) {
    const picked = await ask.pick(vscode.l10n.t('Problems to learn from: a JSONL file, one row to a line'), choices);
    if (typeof picked === 'symbol' || picked === undefined) return picked;
    const chosen = picked === BROWSE ? await browseDataset() : picked;
    if (chosen === undefined) continue;
    try {
      return { ...chosen, peek: await peekDataset(chosen.file) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      void vscode.window.showErrorMessage(error.message);
    }
  }
}

async function browseDataset(): Promise<Omit<DatasetChoice, 'peek'> | undefined> {
  const file = await browse({ filters: { JSONL: ['jsonl', 'json'] } });
  return file === undefined ? undefined : { kind: 'file', file };
}

async function browse(options: vscode.OpenDialogOptions): Promise<string | undefined> {
  const [uri] = (await vscode.window.showOpenDialog({ ...options, canSelectMany: false })) ?? [];
  return uri?.scheme === 'file' ? uri.fsPath : undefined;
}

async function askForColumn({ dataset }: Draft, ask: Questioner, placeholder: string): Promise<Answer<string>> {
  const columns = dataset?.peek.columns ?? [];
  return ask.pick(
    placeholder,
    columns.map((column) => ({ label: column, value: column })),
  );
}

async function askForReward(ask: Questioner, productDir: string): Promise<Answer<RewardChoice>> {
  const builtin = builtinRewardNames.map((name) => ({
    label: name,
    detail: builtinRewards[name].summary,
    value: { kind: 'builtin', name } as const,
  }));
  const own = templateChoices(productDir).map(({ value, ...item }) => ({
    ...item,
    ...(value === undefined ? {} : { value: { kind: 'template', template: value } as const }),
  }));
  return ask.pick<RewardChoice>(vscode.l10n.t('What is a completion worth?'), [
    { label: vscode.l10n.t('built in'), kind: vscode.QuickPickItemKind.Separator },
    ...builtin,
    { label: vscode.l10n.t('a function of your own, beside the experiment'), kind: vscode.QuickPickItemKind.Separator },
    ...own,
  ]);
}

function readsAnswer(reward: RewardChoice | undefined): boolean {
  if (reward === undefined) return false;
  return reward.kind === 'builtin' ? builtinRewards[reward.name].readsAnswer : reward.template.readsAnswer;
}
