/** Above the data of an experiment: "Data", "Preview Prompts", and "Get Dataset" where it is on the Hugging Face hub. */
import { parseTree } from 'jsonc-parser';
import * as vscode from 'vscode';
import { datasetPlaces } from '../experiments/datasetPlaces.ts';
import { settingPlace } from '../experiments/settingPlace.ts';
import { registerTrustedLenses } from '../experiments/trustedLenses.ts';
import { hubSourcesIn } from './hubSources.ts';

export function registerDatasetLenses(): vscode.Disposable {
  return registerTrustedLenses(lensesOf);
}

function lensesOf(document: vscode.TextDocument): vscode.CodeLens[] {
  const text = document.getText();
  const root = parseTree(text, [], { allowTrailingComma: true });
  const places = root === undefined ? [] : datasetPlaces(root);
  const lens = (line: number, title: string, tooltip: string, command: string, ...more: string[]): vscode.CodeLens =>
    new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
      title,
      tooltip,
      command,
      arguments: [document.uri, ...more],
    });
  const prompts = (line: number, ...task: string[]): vscode.CodeLens =>
    lens(
      line,
      vscode.l10n.t('$(eye) Preview Prompts'),
      vscode.l10n.t('What the model reads of it, with its tokens counted'),
      'rlvr.prompts.preview',
      ...task,
    );
  const lineOf = (path: readonly string[]): number => {
    const { range } = settingPlace(text, path);
    return document.positionAt(range.offset).line;
  };
  const [first] = places;
  if (first === undefined) return [];
  const top = lineOf(first.path.slice(0, 1));
  return [
    lens(
      top,
      vscode.l10n.t('$(table) Data'),
      vscode.l10n.t('Parts, leaks between them, columns, lengths and first rows'),
      'rlvr.datasets.show',
    ),
    ...(first.task === null ? [prompts(top)] : []),
    ...(hubSourcesIn(text).length === 0
      ? []
      : [
          lens(
            top,
            vscode.l10n.t('$(cloud-download) Get Dataset'),
            vscode.l10n.t('Fetches from the Hugging Face hub what is not on this machine yet'),
            'rlvr.datasets.get',
          ),
        ]),
    ...places.flatMap(({ task, path }) => (task === null ? [] : [prompts(lineOf(path), task)])),
  ];
}
