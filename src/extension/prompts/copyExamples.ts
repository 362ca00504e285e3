/** Worked examples as a file beside their experiment, which names it from then on. */
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import { freeName } from '../experiments/freeName.ts';
import { withExamplesFile } from './examplesSetting.ts';

export interface ExamplesToCopy {
  readonly experiment: vscode.Uri;
  /** Whose they are; null where the experiment has one dataset. */
  readonly task: string | null;
  /** JSON lines. */
  readonly text: string;
}

/**
 * Writes the file, puts its name into the experiment, unsaved, and shows it.
 * @throws UserError where either cannot be changed
 */
export async function copyExamples({ experiment, task, text }: ExamplesToCopy): Promise<void> {
  const folder = dirname(experiment.fsPath);
  const name = freeName(folder, 'examples', '.jsonl');
  const uri = vscode.Uri.file(join(folder, name));
  const document = await vscode.workspace.openTextDocument(experiment);
  const before = document.getText();
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { contents: new TextEncoder().encode(text) });
  edit.replace(
    experiment,
    new vscode.Range(document.positionAt(0), document.positionAt(before.length)),
    withExamplesFile(before, name, task),
  );
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new UserError(vscode.l10n.t('{0} could not be written.', uri.fsPath));
  await vscode.window.showTextDocument(uri, { preview: false });
}
