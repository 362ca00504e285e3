/** What the host has told of the runs. */
import type {
  ComparedRun,
  ComparisonResults,
  MeasureName,
  PairedMeasure,
  RecipeComparison,
} from '../../engine/protocol/comparison.ts';
import type { CompareOverview, RunCurves, RunProgress } from '../../engine/protocol/panels/compare.ts';
import type { MetricPoints } from '../../engine/protocol/panels/curves.ts';
import type { RecipeTable } from '../../engine/protocol/recipeTable.ts';

/** One measure of a pair: the sentence of it, why there is none, or that it is still worked out. */
export type PairState =
  | { readonly state: 'pending' }
  | { readonly state: 'refused'; readonly message: string }
  | { readonly state: 'absent' }
  | { readonly state: 'known'; readonly measure: PairedMeasure };

export class CompareModel {
  #overview: CompareOverview | null = null;
  #recipeTable: RecipeTable | null = null;
  readonly #results = new Map<MeasureName, ComparisonResults>();
  readonly #curves = new Map<string, ReadonlyMap<string, MetricPoints>>();

  get overview(): CompareOverview | null {
    return this.#overview;
  }

  /** Of all settings that are compared; null where the runs alone say as much. */
  get recipeTable(): RecipeTable | null {
    return this.#recipeTable;
  }

  get runs(): readonly ComparedRun[] {
    return this.#overview?.runs ?? [];
  }

  /** The run that the others are compared with. */
  get baseline(): ComparedRun | null {
    return this.runs.find(({ letter }) => letter === this.#overview?.baseline) ?? null;
  }

  /** All but the baseline. */
  get others(): readonly ComparedRun[] {
    return this.runs.filter((run) => run !== this.baseline);
  }

  setOverview(overview: CompareOverview): void {
    // Letters mean other runs from now on.
    if (identityOf(overview) !== identityOf(this.#overview)) this.#results.clear();
    this.#overview = overview;
    const dirs = overview.runs.map(({ dir }) => dir);
    for (const dir of this.#curves.keys()) if (!dirs.includes(dir)) this.#curves.delete(dir);
  }

  setRecipeTable(table: RecipeTable | null): void {
    this.#recipeTable = table;
  }

  setProgress(progress: readonly RunProgress[]): void {
    if (this.#overview === null) return;
    const byRun = new Map(progress.map(({ run, ...state }) => [run, state]));
    this.#overview = {
      ...this.#overview,
      runs: this.#overview.runs.map((run) => ({ ...run, ...byRun.get(run.dir) })),
    };
  }

  setResults(of: MeasureName, results: ComparisonResults): void {
    this.#results.set(of, results);
  }

  setCurves(curves: readonly RunCurves[]): void {
    for (const { run, series } of curves)
      this.#curves.set(run, new Map(series.map((points) => [points.metric, points])));
  }

  pair(of: MeasureName, run: ComparedRun): PairState {
    const results = this.#results.get(of);
    if (results === undefined) return { state: 'pending' };
    const pair = results.pairs.find(({ b }) => b === run.letter);
    if (pair === undefined) return { state: 'absent' };
    if (pair.refused !== null) return { state: 'refused', message: pair.refused };
    const [measure] = pair.measures;
    return measure ? { state: 'known', measure } : { state: 'absent' };
  }

  recipes(of: MeasureName): readonly RecipeComparison[] {
    return this.#results.get(of)?.recipes ?? [];
  }

  points(run: ComparedRun, metric: string): MetricPoints | null {
    return this.#curves.get(run.dir)?.get(metric) ?? null;
  }
}

function identityOf(overview: CompareOverview | null): string {
  return JSON.stringify([overview?.baseline, overview?.runs.map(({ dir }) => dir)]);
}
