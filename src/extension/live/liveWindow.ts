/** Live scores in the editor: the door of this folder. */
import * as vscode from 'vscode';
import type { Disposable } from '../common/disposable.ts';
import { DisposableStore } from '../common/disposable.ts';
import { isSamePath } from '../common/samePath.ts';
import type { Services } from '../services.ts';
import { followEditors } from './followEditors.ts';
import { InlineValues } from './inlineValues.ts';
import { tellSwitch } from './liveCommands.ts';
import { WindowEnvironment, type LiveNeeds } from './liveEnvironment.ts';
import { LiveScores } from './liveScores.ts';
import { registerRewardActions } from './rewardActions.ts';
import { RewardDiagnostics } from './rewardDiagnostics.ts';
import { registerRewardHover } from './rewardHover.ts';
import { RewardLenses } from './rewardLenses.ts';

export interface LiveWindow {
  readonly live: LiveScores;
  readonly environment: WindowEnvironment;
}

/** Made with the window's other services; scores nothing before `registerLiveScores`. */
export function createLiveScores(needs: LiveNeeds, own: DisposableStore): LiveWindow {
  const environment = own.add(new WindowEnvironment(needs));
  return { environment, live: own.add(new LiveScores(environment)) };
}

/** Shows them, and keeps them in step with what is typed. */
export function registerLiveScores({ live: { live }, store, selection, memory }: Services): Disposable {
  const own = new DisposableStore();
  const diagnostics = own.add(new RewardDiagnostics(live));
  own.add(new RewardLenses(live));
  own.add(new InlineValues(live));
  own.add(registerRewardHover(live));
  own.add(registerRewardActions(live, diagnostics));
  own.add(followEditors(live, store, selection));
  own.add(tellRewardFile(live));
  live.switch(memory.liveScores);
  tellSwitch(memory.liveScores);
  return own;
}

/** For menus: whether the file in front has reward functions. */
function tellRewardFile(live: LiveScores): Disposable {
  const tell = (): void => {
    const shown = vscode.window.activeTextEditor?.document.uri.fsPath;
    const of = live.rewardFile;
    const isOne = shown !== undefined && of !== null && isSamePath(of, shown);
    void vscode.commands.executeCommand('setContext', 'rlvr.isRewardFile', isOne);
  };
  return vscode.Disposable.from(live.onDidChange(tell), vscode.window.onDidChangeActiveTextEditor(tell));
}
