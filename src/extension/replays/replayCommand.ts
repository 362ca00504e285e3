/** "Replay Step" in the menu of Outputs: computes the step of what was clicked again, and shows it there. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import type { GroupName } from '../../engine/protocol/panels/outputsRequests.ts';
import type { Command } from '../commands.ts';
import { parseOutputsContext } from '../panels/outputsContext.ts';
import type { Replays } from './replays.ts';

export interface ReplayCommandNeeds {
  /** The run of the Outputs tab that has the focus. */
  readonly activeRun: () => string | null;
  /** Whether what a run names may be opened: one from elsewhere names files anywhere, for whoever made it. */
  readonly available: (runDir: string) => boolean;
  /** Shows a group in Outputs. */
  readonly reveal: (runDir: string, group: GroupName) => void;
}

export function replayCommand(replays: Replays, { activeRun, available, reveal }: ReplayCommandNeeds): Command {
  return async (argument) => {
    const runDir = activeRun();
    const context = parseOutputsContext(argument);
    if (runDir === null || context?.replayStep === undefined) return;
    const { scope, problem, key, replayStep: step } = context;
    if (!available(runDir))
      throw new UserError(
        vscode.l10n.t(
          'This run is not of a folder that is open and trusted here. In a terminal: rlvr replay {0} --step {1}',
          basename(runDir),
          step,
        ),
      );
    await replays.replay(runDir, step, vscode.l10n.t('Replaying step {0}', step));
    // A completion that was clicked is read already; a line of a list may not be.
    if (key === undefined && replays.get(runDir)?.step === step) reveal(runDir, { scope, problem, step });
  };
}
