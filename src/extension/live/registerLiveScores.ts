/** What live scores show in the editor. */
import * as vscode from 'vscode';
import type { Disposable } from '../common/disposable.ts';
import { DisposableStore } from '../common/disposable.ts';
import type { Services } from '../services.ts';
import { followEditors } from './followEditors.ts';
import { InlineValues } from './inlineValues.ts';
import { tellSwitch } from './liveCommands.ts';
import type { LiveScores } from './liveScores.ts';
import { registerRewardActions } from './rewardActions.ts';
import { RewardDiagnostics } from './rewardDiagnostics.ts';
import { registerRewardHover } from './rewardHover.ts';
import { RewardLenses } from './rewardLenses.ts';
import { TriedFixes } from './triedFixes.ts';

/** Shows them, and keeps them in step with what is typed. */
export function registerLiveScores({
  live: { live, environment },
  diffs,
  store,
  selection,
  memory,
}: Services): Disposable {
  const own = new DisposableStore();
  const diagnostics = own.add(new RewardDiagnostics(live));
  own.add(new RewardLenses(live, diffs));
  own.add(new InlineValues(live));
  own.add(registerRewardHover(live));
  own.add(registerRewardActions(live, diagnostics, diffs, new TriedFixes(environment, () => live.result)));
  own.add(followEditors(live, store, selection));
  own.add(tellRewardFile(live));
  live.switch(memory.liveScores);
  tellSwitch(memory.liveScores);
  return own;
}

/** For the menus of the file with reward functions, wherever it is shown. */
function tellRewardFile(live: LiveScores): Disposable {
  const tell = (): void => {
    const path = live.rewardFile;
    // As menus have it: the one of a file here, the other of a file on a remote machine.
    const paths = path === null ? [] : [path, vscode.Uri.file(path).path];
    void vscode.commands.executeCommand('setContext', 'rlvr.rewardFiles', paths);
  };
  return live.onDidChange(tell);
}
