/** Steps computed again: of each run the last that was asked for, for Outputs to show. */
import type { Replay, ReplayProgress } from '../../engine/protocol/replay.ts';
import type { Disposable } from '../common/disposable.ts';
import { Emitter } from '../common/event.ts';
import type { ReplayQuestion } from '../engine/engineQuestions.ts';
import type { Patience } from '../engine/engineLink.ts';

/** Shows that one is under way, and lets the person give it up. */
export type WithProgress = (
  title: string,
  work: (patience: Patience<ReplayProgress>) => Promise<Replay>,
) => PromiseLike<Replay | null>;

export interface ReplayNeeds {
  /** Asks the engine; rejects with UserError where the step cannot be computed again. */
  readonly ask: (question: ReplayQuestion, patience: Patience<ReplayProgress>) => Promise<Replay>;
  /** Resolves with null where the person gave it up. */
  readonly withProgress: WithProgress;
}

export class Replays implements Disposable {
  readonly #needs: ReplayNeeds;
  readonly #held = new Map<string, Replay>();
  readonly #changed = new Emitter<string>();

  /** The folder of a run with another replay, or none any more. */
  readonly onDidChange = this.#changed.event;

  constructor(needs: ReplayNeeds) {
    this.#needs = needs;
  }

  get(runDir: string): Replay | null {
    return this.#held.get(runDir) ?? null;
  }

  /** Resolves when it is shown, or was given up. */
  async replay(runDir: string, step: number, title: string): Promise<void> {
    const { ask, withProgress } = this.#needs;
    const found = await withProgress(title, (patience) => ask({ runDir, step }, patience));
    if (found === null) return;
    this.#held.set(runDir, found);
    this.#changed.fire(runDir);
  }

  clear(runDir: string): void {
    if (this.#held.delete(runDir)) this.#changed.fire(runDir);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

/** How much of a replay is done, of 100: the steps before count as much as the one asked for. */
export function shareDone({ from, redone, step, phase, done, total }: ReplayProgress): number {
  const within = { load: 0, rollout: 0.6 * (total === 0 ? 0 : done / total), train: 0.6, tokens: 0.9 }[phase];
  return phase === 'load' ? 0 : (100 * (step - from - 1 + within)) / (redone + 1);
}
