/** What fills the compare panel while its tab lives: which runs are compared, and what the person asks for. */
import { MAX_COMPARED_RUNS } from '../../engine/protocol/comparison.ts';
import type { ComparedRun } from '../../engine/protocol/comparison.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import type { DiffKind, FromComparePanel } from '../../engine/protocol/panels/compare.ts';
import { MAX_TABLE_RUNS } from '../../engine/protocol/recipeTable.ts';
import type { Disposable } from '../common/disposable.ts';
import type { RunData } from '../data/runData.ts';
import { byAge, type ComparedRuns } from './comparedRuns.ts';
import { CompareRound, type CompareView } from './compareRound.ts';
import { RecipeWatch } from './recipeWatch.ts';

/** Where a problem's completions are in a run. */
export interface OutputsTarget {
  readonly runDir: string;
  readonly split: 'validation' | 'test';
  readonly problem: number;
  readonly step: number;
}

/** What the session has the editor do. */
export interface CompareActions {
  /** Asks for the runs to compare; undefined where the person gave up. */
  pickRuns(current: readonly string[]): Promise<readonly string[] | undefined>;
  showDiff(diff: DiffKind, a: ComparedRun, b: ComparedRun): Promise<void>;
  /** Scores what `a` wrote with the rewards of `b`. */
  compareRewards(a: ComparedRun, b: ComparedRun): Promise<void>;
  showOutputs(a: OutputsTarget, b: OutputsTarget): Promise<void>;
  /** Other runs, or another baseline. */
  onChanged(compared: ComparedRuns): void;
}

export class CompareSession implements Disposable {
  readonly #data: RunData;
  readonly #view: CompareView;
  readonly #actions: CompareActions;
  #compared: ComparedRuns = { runs: [], baseline: null };
  #metrics: readonly string[] = [];
  #round: CompareRound | null = null;
  #recipes: RecipeWatch | null = null;

  constructor(data: RunData, view: CompareView, actions: CompareActions) {
    this.#data = data;
    this.#view = view;
    this.#actions = actions;
  }

  get compared(): ComparedRuns {
    return this.#compared;
  }

  /** Shows these runs from now on, each once, oldest first, and no more than can be told apart; the table has all. */
  compare({ runs, all = runs, baseline }: ComparedRuns): void {
    const whole = [...new Set(all)].slice(0, MAX_TABLE_RUNS).sort(byAge);
    const distinct = [...new Set(runs)].slice(0, MAX_COMPARED_RUNS).sort(byAge);
    this.#compared = {
      runs: distinct,
      ...(whole.length > MAX_COMPARED_RUNS ? { all: whole } : {}),
      baseline: baseline !== null && distinct.includes(baseline) ? baseline : null,
    };
    this.#actions.onChanged(this.#compared);
    if (this.#round) this.show();
  }

  show(): void {
    this.hide();
    this.#round = new CompareRound(this.#data, this.#view, this.#compared, this.#metrics);
    this.#recipes = new RecipeWatch(this.#data, this.#compared, (message) => this.#view.post(message));
  }

  hide(): void {
    this.#round?.dispose();
    this.#round = null;
    this.#recipes?.dispose();
    this.#recipes = null;
  }

  dispose(): void {
    this.hide();
  }

  receive(message: FromComparePanel): void {
    this.#handle(message).catch((error: unknown) => {
      this.#view.post({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    });
  }

  async #handle(message: FromComparePanel): Promise<void> {
    const { runs, all, baseline } = this.#compared;
    switch (message.type) {
      case 'metrics':
        this.#metrics = message.metrics;
        this.#round?.setMetrics(message.metrics);
        return;
      case 'addRuns': {
        const picked = await this.#actions.pickRuns(runs);
        if (picked) this.compare({ runs: picked, all: all && [...all, ...picked], baseline });
        return;
      }
      case 'removeRun':
        this.compare({ runs: runs.filter((run) => run !== message.run), all, baseline });
        return;
      case 'setBaseline':
        this.compare({ runs, all, baseline: message.run });
        return;
      case 'lookCloser': {
        const known = new Set(all ?? runs);
        const [closer, against] = [message.runs, message.baseline].map((asked) =>
          asked.filter((run) => known.has(run)),
        );
        const half = (dirs: readonly string[] = []): readonly string[] => dirs.slice(0, MAX_COMPARED_RUNS / 2);
        this.compare({ runs: [...half(against), ...half(closer)], all, baseline: against?.[0] ?? null });
        return;
      }
      case 'diff': {
        const [a, b] = [this.#round?.run(message.a), this.#round?.run(message.b)];
        if (a && b) await this.#actions.showDiff(message.diff, a, b);
        return;
      }
      case 'compareRewards': {
        const [a, b] = [this.#round?.run(message.a), this.#round?.run(message.b)];
        if (a && b) await this.#actions.compareRewards(a, b);
        return;
      }
      case 'problems': {
        const { run, split } = message;
        if (!runs.includes(run)) return;
        const problems = await this.#data.call('problemTexts', { dir: run, split, problems: message.problems });
        this.#view.post({ type: 'problems', run, split, problems });
        return;
      }
      case 'openOutputs': {
        const { a, b, split, problem } = message;
        if (!runs.includes(a.run) || !runs.includes(b.run)) return;
        const own = await this.#data.call('sameProblem', { dir: a.run, other: b.run, problem });
        if (own === null) throw new UserError('The other run has no such problem.');
        const target = ({ run, step }: typeof a, number: number): OutputsTarget => ({
          ...{ runDir: run, step, split, problem: number },
        });
        await this.#actions.showOutputs(target(a, problem), target(b, own));
      }
    }
  }
}
