/** Stopping the run in a folder, whoever works on it. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import { isLive } from '../engine/engineHandle.ts';
import { stopForeignRun } from '../engine/foreignRun.ts';
import type { Services } from '../services.ts';

/**
 * Resolves when nothing of an engine of this window computes any more; the process of a terminal has been asked by then.
 * Rejects with UserError where nobody works on the run, or it cannot be stopped from here.
 */
export async function stopRun({ data, engines }: Pick<Services, 'data' | 'engines'>, runDir: string): Promise<void> {
  const handle = engines.ofRun(runDir);
  if (handle !== null && isLive(handle)) {
    await handle.stop();
    return;
  }
  // The last writer of a run that is over may have left its number to another process.
  const { status } = await data.call('runState', { dir: runDir });
  const writer = status === 'running' ? await data.call('writer', { dir: runDir }) : null;
  if (writer === null) throw new UserError(vscode.l10n.t('This run is not running, so there is nothing to stop.'));
  stopForeignRun(writer);
}
