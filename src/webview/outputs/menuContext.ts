/** What the editor's context menu is told of the place that was clicked; `panels/outputsContext.ts` reads it. */
import type { CompletionKey } from '../../engine/protocol/completion.ts';
import type { OutputScope } from '../../engine/protocol/panels/outputsRequests.ts';

export interface MenuTarget {
  readonly scope: OutputScope;
  readonly problem: number;
  readonly key?: CompletionKey;
  /** Where it was trained, its step, which can be replayed. */
  readonly replayStep?: number;
  /** A reward function that can be opened. */
  readonly reward?: string;
}

/** The step of what was sampled for training; nothing of an evaluation. */
export function trainedAt({ purpose }: OutputScope, step: number): Pick<MenuTarget, 'replayStep'> {
  return purpose === 'rollout' ? { replayStep: step } : {};
}

/** For the attribute `data-vscode-context`; what is inside another such element adds to it. */
export function menuContext(section: 'problem' | 'completion', target: MenuTarget): string {
  return JSON.stringify({ webviewSection: section, ...target });
}
