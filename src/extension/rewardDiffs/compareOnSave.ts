/** When reward code is saved, what it says now of a run's completions is compared with what it said before. */
import { basename, dirname, resolve } from 'node:path';
import { UserError } from '../../engine/protocol/errors.ts';
import type { UnsavedFile } from '../../engine/protocol/scoring.ts';
import { messageOf } from '../../engine/run/errors.ts';
import { DisposableStore, type Disposable } from '../common/disposable.ts';
import type { Event } from '../common/event.ts';
import type { RunData } from '../data/runData.ts';
import { isRewardCode } from '../panels/rescoring.ts';
import { comparedQuestion, MAX_COMPARED_COMPLETIONS, type Score } from './comparedQuestion.ts';
import type { ComparisonRound, RewardDiffs } from './rewardDiffs.ts';

export interface SavedText {
  readonly path: string;
  /** What was on the disk. */
  readonly before: string;
  /** Saved by the editor itself a moment after typing: nobody has said that it is finished. */
  readonly byDelay: boolean;
}

export interface CompareOnSaveNeeds {
  readonly data: Pick<RunData, 'call'>;
  readonly diffs: RewardDiffs;
  readonly score: Score;
  readonly onDidSave: Event<SavedText>;
  /** Runs that somebody looks at. */
  readonly shownRuns: () => readonly string[];
  /** Whether the reward code that a run names may be run without asking. */
  readonly available: (runDir: string) => boolean;
  /** Opens texts of before beside the files as they are. */
  readonly showReplaced: (title: string, texts: readonly UnsavedFile[]) => Promise<void>;
}

export class CompareOnSave implements Disposable {
  readonly #needs: CompareOnSaveNeeds;
  readonly #disposables = new DisposableStore();
  /**
   * By run and path, the texts that the next save is compared with: those of the last save that could be scored. What the editor saves by
   * itself takes nobody's place: a second of typing is no version.
   */
  readonly #replaced = new Map<string, Map<string, string>>();
  /** By run, what the engine works on: it leaves one question for the next, which is right for the same run alone. */
  readonly #asking = new Map<string, Promise<void>>();

  constructor(needs: CompareOnSaveNeeds) {
    this.#needs = needs;
    this.#disposables.add(
      needs.onDidSave((saved) => {
        for (const runDir of new Set(needs.shownRuns())) if (needs.available(runDir)) void this.#saved(runDir, saved);
      }),
    );
    this.#disposables.add(
      needs.diffs.onDidChange((runDir) => {
        // Whoever has cleared it begins anew.
        if (needs.diffs.shown(runDir) === null) this.#replaced.delete(runDir);
      }),
    );
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  async #saved(runDir: string, { path, before, byDelay }: SavedText): Promise<void> {
    const { data } = this.#needs;
    // Where the run cannot be read, its panel says so.
    const sources = await data.call('runSources', { dir: runDir }).catch(() => null);
    if (sources === null) return;
    const folder = dirname(sources.experimentPath);
    const files = sources.rewards.flatMap(({ file }) => (file === null ? [] : [resolve(folder, file)]));
    if (!isRewardCode(path, files)) return;
    const replaced = this.#replaced.get(runDir) ?? new Map<string, string>();
    this.#replaced.set(runDir, replaced);
    if (!replaced.has(path)) replaced.set(path, before);
    const texts = [...replaced].map(([file, text]) => ({ path: file, text }));
    await this.#begin(runDir, texts, { byDelay, list: false });
  }

  /**
   * Compares the reward code as it is now with these texts, which were compared before the window was reloaded.
   * @throws UserError where the code may not be run
   */
  async again(runDir: string, texts: readonly UnsavedFile[]): Promise<void> {
    if (!this.#needs.available(runDir))
      throw new UserError('The reward code of this run may not be run here. Trust the workspace, or open its folder.');
    await this.#begin(runDir, texts, { byDelay: false, list: true });
  }

  /** @param list what changes is to be listed at once */
  async #begin(
    runDir: string,
    texts: readonly UnsavedFile[],
    { byDelay, list }: { readonly byDelay: boolean; readonly list: boolean },
  ): Promise<void> {
    const { diffs, showReplaced } = this.#needs;
    const title = `${namesOf(texts)}, before and after saving`;
    const round = diffs.begin({
      runDir,
      title,
      origin: { kind: 'save', texts: [...texts] },
      showSource: () => showReplaced(title, texts),
      version: null,
      list,
    });
    await this.#othersDone(runDir, round);
    if (!round.isCurrent) return;
    const asking = this.#compare(runDir, texts, round)
      .then((compared) => {
        if (compared && !byDelay) this.#replaced.delete(runDir);
      })
      .catch((error: unknown) =>
        round.fail(error instanceof UserError ? error.message : `Comparing failed: ${messageOf(error)}`),
      );
    this.#asking.set(runDir, asking);
    await asking;
    if (this.#asking.get(runDir) === asking) this.#asking.delete(runDir);
  }

  async #othersDone(runDir: string, round: ComparisonRound): Promise<void> {
    while (round.isCurrent) {
      const other = [...this.#asking].find(([dir]) => dir !== runDir);
      if (other === undefined) return;
      await other[1];
    }
  }

  /** Whether it was compared: false where there is nothing to compare, or a newer comparison has begun. */
  async #compare(runDir: string, texts: readonly UnsavedFile[], round: ComparisonRound): Promise<boolean> {
    const { data, diffs, score } = this.#needs;
    const version = await data.call('runRewards', { dir: runDir });
    const groups = await data.call('groupSample', { dir: runDir, completions: MAX_COMPARED_COMPLETIONS });
    if (groups.length === 0) {
      if (round.isCurrent) diffs.clear(runDir);
      return false;
    }
    const after = await score(comparedQuestion({ runDir, groups, version, unsaved: [] }));
    if (!round.isCurrent) return false;
    const before = await score(comparedQuestion({ runDir, groups, version, unsaved: texts })).catch(
      (error: unknown) => {
        // A text that never worked: the run's own record is what there is to compare with.
        if (error instanceof UserError) return null;
        throw error;
      },
    );
    const { rewards } = version;
    const diff = await round.done({
      ...(before === null ? { title: `${namesOf(texts)}, as recorded and after saving` } : {}),
      groups,
      before: before && { rewards, scores: before },
      after: { rewards, scores: after },
    });
    return diff !== null;
  }
}

function namesOf(texts: readonly UnsavedFile[]): string {
  return texts.map(({ path }) => basename(path)).join(', ');
}
