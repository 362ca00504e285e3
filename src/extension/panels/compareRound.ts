/**
 * The compare panel from becoming visible to being hidden, or to comparing other runs. Reads the runs, and again whatever has changed:
 * curves follow a running run; results of runs against one of them are worked out measure by measure, and again only after an evaluation.
 * What was asked for before the round ended is not posted any more.
 */
import type { ComparedRun, MeasureName } from '../../engine/protocol/comparison.ts';
import type { CompareOverview, RunProgress, ToComparePanel } from '../../engine/protocol/panels/compare.ts';
import { DisposableStore, type Disposable } from '../common/disposable.ts';
import type { RunData } from '../data/runData.ts';
import { watchRun } from '../data/runWatch.ts';
import type { ComparedRuns } from './comparedRuns.ts';

export interface CompareView {
  post(message: ToComparePanel): void;
  /** The experiment that all runs have in common; null where they have none. */
  setExperiment(experiment: string | null): void;
}

const MEASURES: readonly MeasureName[] = ['final', 'best', 'test'];
/** Milliseconds between two looks at everything there is to say of ten runs: a person reads it no quicker. */
const OVERVIEW_MS = 1000;
/** Milliseconds between two readings of curves: with the rest no more than ten messages a second, however many runs go on. */
const CURVES_MS = 125;

/** What is worked out next, and the evaluations that the result rests on. */
interface NextResult {
  readonly runs: readonly ComparedRun[];
  readonly baseline: string;
  readonly of: MeasureName;
  readonly basis: string;
}

export class CompareRound implements Disposable {
  readonly #data: RunData;
  readonly #view: CompareView;
  readonly #compared: ComparedRuns;
  readonly #disposables = new DisposableStore();
  readonly #progress = new Map<string, RunProgress>();
  readonly #staleCurves: Set<string>;
  readonly #unreadable = new Set<string>();
  /** The basis of the results that were posted. */
  readonly #results = new Map<MeasureName, string>();
  readonly #overviewTime = new Interval(OVERVIEW_MS);
  readonly #curvesTime = new Interval(CURVES_MS);
  #metrics: readonly string[];
  #overview: CompareOverview | null = null;
  #overviewStale = true;
  #timer: NodeJS.Timeout | undefined;
  #working = false;
  #ended = false;

  constructor(data: RunData, view: CompareView, compared: ComparedRuns, metrics: readonly string[]) {
    this.#data = data;
    this.#view = view;
    this.#compared = compared;
    this.#metrics = metrics;
    this.#staleCurves = new Set(compared.runs);
    for (const run of compared.runs) {
      const onState = (state: Omit<RunProgress, 'run'>): void => this.#onState({ run, ...state });
      this.#disposables.add(watchRun(data, run, onState, () => this.#onUnreadable(run)));
    }
    this.#wake();
  }

  run(dir: string): ComparedRun | undefined {
    return this.#overview?.runs.find((run) => run.dir === dir);
  }

  setMetrics(metrics: readonly string[]): void {
    this.#metrics = metrics;
    for (const dir of this.#compared.runs) this.#staleCurves.add(dir);
    this.#curvesTime.reset();
    this.#wake();
  }

  dispose(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#disposables.dispose();
  }

  #onState({ run, status, crashed, lastStep }: RunProgress): void {
    this.#unreadable.delete(run);
    this.#progress.set(run, { run, status, crashed, lastStep });
    this.#staleCurves.add(run);
    this.#overviewStale = true;
    this.#wake();
  }

  #onUnreadable(run: string): void {
    // Asked again and again; told once.
    if (this.#unreadable.has(run)) return;
    this.#unreadable.add(run);
    this.#overviewStale = true;
    this.#wake();
  }

  #wake(): void {
    if (this.#working || this.#isEnded()) return;
    this.#working = true;
    this.#work().catch((error: unknown) => this.#tellFailure(error));
  }

  /** What is seen first comes first; what went stale meanwhile is taken up before the next result. */
  async #work(): Promise<void> {
    try {
      for (;;) {
        if (this.#overviewStale && this.#overviewTime.start()) await this.#readOverview();
        else if (this.#overview && this.#staleCurves.size > 0 && this.#curvesTime.start()) await this.#readCurves();
        else {
          const next = this.#next();
          if (next === null || this.#isEnded()) return;
          await this.#workOut(next);
        }
      }
    } finally {
      this.#working = false;
      this.#wakeLater();
    }
  }

  /** For what is stale but was read a moment ago. */
  #wakeLater(): void {
    clearTimeout(this.#timer);
    const waits = [
      ...(this.#overviewStale ? [this.#overviewTime.left] : []),
      ...(this.#overview && this.#staleCurves.size > 0 ? [this.#curvesTime.left] : []),
    ];
    if (waits.length > 0 && !this.#isEnded()) this.#timer = setTimeout(() => this.#wake(), Math.min(...waits));
  }

  async #readOverview(): Promise<void> {
    this.#overviewStale = false;
    const { runs, baseline } = this.#compared;
    const overview = await this.#data.call('compareOverview', { dirs: runs, baseline });
    this.#overview = overview;
    this.#post({ type: 'overview', overview });
    const experiments = new Set(overview.runs.map(({ experiment }) => experiment));
    const [experiment = null] = experiments;
    if (!this.#isEnded()) this.#view.setExperiment(experiments.size === 1 ? experiment : null);
  }

  async #readCurves(): Promise<void> {
    const dirs = (this.#overview?.runs ?? []).map(({ dir }) => dir).filter((dir) => this.#staleCurves.has(dir));
    this.#staleCurves.clear();
    const progress = [...this.#progress.values()];
    this.#progress.clear();
    const metrics = this.#metrics;
    const wanted = dirs.length > 0 && metrics.length > 0;
    const { read: curves, unreadable } = wanted
      ? await this.#data.call('compareCurves', { dirs, metrics })
      : { read: [], unreadable: [] };
    this.#post({ type: 'curves', progress, curves });
    for (const { message } of unreadable) this.#post({ type: 'failed', message });
  }

  /** The first measure whose results do not rest on the newest evaluations; null where all do. */
  #next(): NextResult | null {
    const { runs = [], baseline = '' } = this.#overview ?? {};
    if (runs.length < 2) return null;
    for (const of of MEASURES) {
      const basis = JSON.stringify(runs.map((run) => basisOf(run, of)));
      if (this.#results.get(of) !== basis) return { runs, baseline, of, basis };
    }
    return null;
  }

  async #workOut({ runs, baseline, of, basis }: NextResult): Promise<void> {
    // First, so that what fails is not tried again until there is another evaluation.
    this.#results.set(of, basis);
    const named = runs.map(({ letter, dir }) => ({ letter, dir }));
    try {
      const { unreadable, ...results } = await this.#data.call('compareResults', { runs: named, baseline, of });
      this.#post({ type: 'results', of, results });
      for (const { message } of unreadable) this.#post({ type: 'failed', message });
    } catch (error) {
      // The results after it do not rest on it.
      this.#tellFailure(error);
    }
  }

  #tellFailure(error: unknown): void {
    this.#post({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }

  #post(message: ToComparePanel): void {
    if (!this.#isEnded()) this.#view.post(message);
  }

  #isEnded(): boolean {
    return this.#ended;
  }
}

/** What a measure of a run rests on; a sentence also says whether the run goes on. */
function basisOf(run: ComparedRun, of: MeasureName): unknown {
  return [run.dir, run[of], run.evaluations, run.status === 'running', run.letter];
}

/** Something that happens at most once in so many milliseconds. */
class Interval {
  readonly #length: number;
  #startedAt = -Infinity;

  constructor(length: number) {
    this.#length = length;
  }

  /** Until it may start again. */
  get left(): number {
    return Math.max(0, this.#startedAt + this.#length - performance.now());
  }

  /** Starts, and says true, where enough time has passed. */
  start(): boolean {
    if (this.left > 0) return false;
    this.#startedAt = performance.now();
    return true;
  }

  reset(): void {
    this.#startedAt = -Infinity;
  }
}
