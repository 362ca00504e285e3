/** Work that a person waits for and may stop, such as a download. */
import * as vscode from 'vscode';
import { downloadText } from '../../engine/analysis/models/modelText.ts';
import type { DownloadProgress } from '../../engine/protocol/data.ts';

type ShownProgress = vscode.Progress<{ message?: string; increment?: number }>;

/** null where the person has stopped it. */
export async function cancellable<T>(
  title: string,
  work: (progress: ShownProgress, signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  const stop = new AbortController();
  const location = vscode.ProgressLocation.Notification;
  try {
    return await vscode.window.withProgress({ location, title, cancellable: true }, (progress, cancelled) => {
      cancelled.onCancellationRequested(() => stop.abort());
      return work(progress, stop.signal);
    });
  } catch (error) {
    if (stop.signal.aborted) return null;
    throw error;
  }
}

/** Shows how far a download has come. */
export function reportDownload(progress: ShownProgress): (event: DownloadProgress) => void {
  let shown = 0;
  return (event) => {
    const share = event.total === 0 ? 100 : (100 * event.done) / event.total;
    progress.report({ message: downloadText(event), increment: Math.max(0, share - shown) });
    shown = Math.max(shown, share);
  };
}
