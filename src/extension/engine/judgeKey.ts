/** The key of the service that judges completions: the editor keeps it among its secrets, and engines are told it over the link. */
import * as vscode from 'vscode';
import type { Command } from '../commands.ts';
import type { Disposable } from '../common/disposable.ts';

const NAME = 'rlvr.judgeKey';

export interface TellsEngines {
  setJudgeKey(key: string | null): void;
}

/** Tells engines the key that is stored, and each one that takes its place, in whichever window it was stored. */
export function followJudgeKey(secrets: vscode.SecretStorage, engines: TellsEngines): Disposable {
  const tell = async (): Promise<void> => engines.setJudgeKey((await secrets.get(NAME)) ?? null);
  void tell();
  return secrets.onDidChange(({ key }) => {
    if (key === NAME) void tell();
  });
}

export function judgeKeyCommands(secrets: vscode.SecretStorage): Readonly<Record<string, Command>> {
  return {
    storeJudgeKey: async () => {
      const key = await vscode.window.showInputBox({
        title: vscode.l10n.t('Key of the Judge'),
        prompt: vscode.l10n.t(
          'For rewards that ask a language model. It goes only to the address that the experiment names; empty removes it.',
        ),
        password: true,
        ignoreFocusOut: true,
      });
      if (key === undefined) return;
      if (key.trim() === '') await secrets.delete(NAME);
      else await secrets.store(NAME, key.trim());
    },
  };
}
