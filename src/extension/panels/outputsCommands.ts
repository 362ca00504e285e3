/** The context menu of Outputs. What was clicked comes from the page's `data-vscode-context`. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import type { Command } from '../commands.ts';
import type { RunData } from '../data/runData.ts';
import { parseOutputsContext, type OutputsContext } from './outputsContext.ts';
import type { OutputsActions } from './outputsSession.ts';

/**
 * Commands by what follows `rlvr.` in their names.
 * @param activeRun the run of the Outputs tab that has the focus
 */
export function outputsCommands(
  data: RunData,
  actions: OutputsActions,
  activeRun: () => string | null,
): Readonly<Record<string, Command>> {
  const onContext =
    (act: (dir: string, context: OutputsContext) => Promise<void>): Command =>
    (argument) => {
      const dir = activeRun();
      const context = parseOutputsContext(argument);
      return dir === null || context === null ? undefined : act(dir, context);
    };
  const copy = async (text: string | null | undefined): Promise<void> => {
    if (text === null || text === undefined) throw new UserError(vscode.l10n.t('The run has no such output any more.'));
    await vscode.env.clipboard.writeText(text);
  };
  return {
    'outputs.copyCompletion': onContext(async (dir, { scope, key }) => {
      if (key === undefined) return;
      await copy(await data.call('completionText', { dir, ...scope, key }));
    }),
    'outputs.copyPrompt': onContext(async (dir, { scope, problem }) => {
      await copy((await data.call('problem', { dir, split: scope.split, problem }))?.prompt);
    }),
    'outputs.openDatasetRow': onContext((dir, { scope, problem }) => actions.openDatasetRow(dir, scope.split, problem)),
    'outputs.openReward': onContext(async (dir, { reward }) => {
      if (reward !== undefined) await actions.openReward(dir, reward);
    }),
  };
}
