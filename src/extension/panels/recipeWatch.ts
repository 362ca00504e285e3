/** The table of settings while the compare panel is visible: made at once, and again when its runs have gone on. */
import type { ToComparePanel } from '../../engine/protocol/panels/compare.ts';
import type { Disposable } from '../common/disposable.ts';
import type { RunData } from '../data/runData.ts';
import type { ComparedRuns } from './comparedRuns.ts';

/** Milliseconds between two looks: what changes it, a run that ends, is seldom. */
const LOOK_MS = 2000;
/** Fewer runs are no three recipes. */
const LEAST_RUNS = 3;

export class RecipeWatch implements Disposable {
  #timer: NodeJS.Timeout | undefined;
  #ended = false;
  #posted = '';

  constructor(data: RunData, compared: ComparedRuns, post: (message: ToComparePanel) => void) {
    const { runs, all = runs, baseline } = compared;
    const look = async (): Promise<void> => {
      try {
        const table = all.length < LEAST_RUNS ? null : await data.call('recipeTable', { dirs: all, baseline });
        const key = JSON.stringify(table);
        if (!this.#isEnded() && key !== this.#posted) post({ type: 'recipes', table });
        this.#posted = key;
      } catch (error) {
        if (!this.#isEnded()) post({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
      }
      if (!this.#isEnded()) this.#timer = setTimeout(() => void look(), LOOK_MS);
    };
    void look();
  }

  dispose(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #isEnded(): boolean {
    return this.#ended;
  }
}
