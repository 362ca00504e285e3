/** A list of models of the Hugging Face hub that follows what is typed. */
import * as vscode from 'vscode';
import { foundModelText } from '../../engine/analysis/models/modelText.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import { readHubModel } from '../../engine/protocol/hubModel.ts';
import type { EngineQuestions } from '../engine/engineQuestions.ts';

/** A pause in typing. */
const DELAY_MS = 300;

interface ModelItem extends vscode.QuickPickItem {
  readonly name: string;
}

/** @returns `owner/name`, with a revision where one was typed; undefined where the person gave up */
export function searchModel(
  questions: Pick<EngineQuestions, 'searchModels'>,
  token: () => Promise<string | null>,
): Promise<string | undefined> {
  const input = vscode.window.createQuickPick<ModelItem>();
  input.title = vscode.l10n.t('Get Model');
  input.placeholder = vscode.l10n.t('Words of its name, which are sent to the Hugging Face hub; or owner/name');
  input.ignoreFocusOut = true;
  let asked = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const show = async (words: string): Promise<void> => {
    const mine = (asked = new AbortController());
    input.busy = words !== '';
    const found = words === '' ? [] : await itemsOf(words, questions, token, mine.signal);
    if (mine.signal.aborted) return;
    input.busy = false;
    input.items = [...typedItem(words), ...found];
  };
  return new Promise<string | undefined>((resolve) => {
    input.onDidChangeValue((value) => {
      const words = value.trim();
      asked.abort();
      clearTimeout(timer);
      // At once: what was found for other words is not what is asked for now.
      input.items = typedItem(words);
      timer = setTimeout(() => void show(words), DELAY_MS);
    });
    input.onDidAccept(() => {
      const name = input.selectedItems[0]?.name ?? readHubModel(input.value.trim())?.text ?? '';
      if (name !== '') resolve(name);
    });
    input.onDidHide(() => resolve(undefined));
    input.show();
  }).finally(() => {
    clearTimeout(timer);
    asked.abort();
    input.dispose();
  });
}

async function itemsOf(
  words: string,
  questions: Pick<EngineQuestions, 'searchModels'>,
  token: () => Promise<string | null>,
  signal: AbortSignal,
): Promise<ModelItem[]> {
  try {
    const models = await questions.searchModels({ words, token: await token() }, signal);
    return models.map((model) => ({
      ...{ name: model.name, label: model.name, description: foundModelText(model) },
      alwaysShow: true,
    }));
  } catch (error) {
    if (signal.aborted || !(error instanceof UserError)) return [];
    const label = vscode.l10n.t('$(error) The hub cannot be searched');
    return [{ name: '', label, detail: error.message, alwaysShow: true }];
  }
}

/** What was typed, where it is a whole name, perhaps with a revision that no search lists. */
function typedItem(words: string): ModelItem[] {
  const model = readHubModel(words);
  return model === null
    ? []
    : [{ name: model.text, label: model.text, description: vscode.l10n.t('as it is written'), alwaysShow: true }];
}
