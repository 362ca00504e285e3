/** "Replay Step", in the menu of Outputs and beside the message of a run that failed: computes the step again, and shows it in Outputs. */
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

/** Of what was clicked in Outputs. */
export function replayCommand(replays: Replays, needs: ReplayCommandNeeds): Command {
  return async (argument) => {
    const runDir = needs.activeRun();
    const context = parseOutputsContext(argument);
    if (runDir === null || context?.replayStep === undefined) return;
    const { scope, problem, key, replayStep: step } = context;
    await replayStep(replays, needs, runDir, step);
    // A completion that was clicked is read already; a line of a list may not be.
    if (key === undefined && replays.get(runDir)?.step === step) needs.reveal(runDir, { scope, problem, step });
  };
}

/** Of a message about a run that came to no numbers: the run's folder and the step. */
export function replayHintedCommand(replays: Replays, needs: ReplayCommandNeeds): Command {
  return async (runDir, step) => {
    if (typeof runDir !== 'string' || typeof step !== 'number') return;
    await replayStep(replays, needs, runDir, step);
    const replay = replays.get(runDir);
    const [shown] = replay?.step === step ? replay.completions : [];
    if (shown === undefined) return;
    const scope = { purpose: 'rollout', split: 'train' } as const;
    needs.reveal(runDir, { scope, problem: shown.key.problem, step });
  };
}

async function replayStep(
  replays: Replays,
  { available }: Pick<ReplayCommandNeeds, 'available'>,
  runDir: string,
  step: number,
): Promise<void> {
  if (!available(runDir))
    throw new UserError(
      vscode.l10n.t(
        'This run is not of a folder that is open and trusted here. In a terminal: rlvr replay {0} --step {1}',
        basename(runDir),
        step,
      ),
    );
  await replays.replay(runDir, step, vscode.l10n.t('Replaying step {0}', step));
}
