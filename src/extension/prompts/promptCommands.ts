/** The commands of previews of prompts. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import type { Command } from '../commands.ts';
import { PROMPTS_TEXT } from '../experiments/textAddress.ts';
import { copyExamples } from './copyExamples.ts';
import type { PromptPreviews } from './promptPreviews.ts';

export function promptCommands(previews: PromptPreviews): Readonly<Record<string, Command>> {
  return {
    'prompts.preview': (uri, task) => previews.show(experimentOf(uri), typeof task === 'string' ? task : null),
    'prompts.previous': (uri) => previews.move(previewOf(uri), -1),
    'prompts.next': (uri) => previews.move(previewOf(uri), 1),
    'prompts.goTo': (uri) => previews.goTo(previewOf(uri)),
    'prompts.nextTask': (uri) => previews.nextTask(previewOf(uri)),
    'prompts.nextPart': (uri) => previews.nextPart(previewOf(uri)),
    'prompts.copyExamples': async (uri) => {
      const examples = previews.examplesOf(previewOf(uri));
      if (examples === null) throw new UserError(vscode.l10n.t('There are no worked examples to copy.'));
      await copyExamples(examples);
    },
  };
}

/** What a lens or a menu names, else what is in the editor that has the focus. */
function uriOf(given: unknown): vscode.Uri | undefined {
  return given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
}

function experimentOf(given: unknown): vscode.Uri {
  const uri = uriOf(given);
  if (uri?.scheme === 'file' && uri.path.endsWith('.rlvr.json')) return uri;
  throw new UserError(vscode.l10n.t('Open an experiment file first: prompts are those of an experiment.'));
}

function previewOf(given: unknown): vscode.Uri {
  const uri = uriOf(given);
  if (uri?.scheme === PROMPTS_TEXT.scheme) return uri;
  throw new UserError(vscode.l10n.t('Open a preview of prompts first, above "dataset" in an experiment file.'));
}
