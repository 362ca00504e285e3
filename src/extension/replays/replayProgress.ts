/** A replay as the editor shows it while it goes on: a notification, with how far it is and a way to give it up. */
import * as vscode from 'vscode';
import { planSentence, progressWords } from '../../engine/analysis/replayWords.ts';
import type { ReplayProgress } from '../../engine/protocol/replay.ts';
import { shareDone, type WithProgress } from './replays.ts';

/** Steps before it from which on a replay says at once from where it goes: fewer are done before that is read. */
const MANY_STEPS = 3;

export const withReplayProgress: WithProgress = (title, work) =>
  vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (shown, token) => {
      const cancel = new AbortController();
      token.onCancellationRequested(() => cancel.abort());
      let share = 0;
      const onProgress = (progress: ReplayProgress): void => {
        const next = shareDone(progress);
        const plan = progress.redone >= MANY_STEPS ? `${planSentence(progress)} ` : '';
        shown.report({ message: plan + progressWords(progress), increment: Math.max(0, next - share) });
        share = Math.max(share, next);
      };
      try {
        return await work({ onProgress, signal: cancel.signal });
      } catch (error) {
        // What is cut off breaks with some error or other.
        if (cancel.signal.aborted) return null;
        throw error;
      }
    },
  );
