/**
 * Feeds one run to a visible Dashboard: all of it first, then what the run adds. When the run goes back (a resumed one computes its
 * last steps again), it begins anew, as a new generation.
 */
import { UserError } from '../../engine/protocol/errors.ts';
import type { DashboardStatus, FromDashboard, ToDashboard } from '../../engine/protocol/panels/dashboard.ts';
import type { CodeChange } from '../../engine/protocol/run.ts';
import type { RunState } from '../../engine/run/runState.ts';
import { DisposableStore, type Disposable } from '../common/disposable.ts';
import type { RunData } from '../data/runData.ts';
import { watchRun } from '../data/runWatch.ts';
import type { LiveRun } from './liveRun.ts';
import type { PanelView } from './panelHost.ts';

/** Milliseconds between looks at what changes slowly, or takes long to work out: words, warnings and the signal of groups. */
const SLOW_MS = 2000;
/** Milliseconds between two tellings of where the engine stands. */
const STATUS_MS = 100;
/** Metrics that are read and sent at once: so many points are copied without holding up the host. */
const METRICS_AT_ONCE = 4;

/** Tells messages to the run before from those to this one; never the same twice, whatever is opened. */
let lastGeneration = 0;

export type DashboardPage = Pick<PanelView<ToDashboard>, 'post' | 'setTitle'>;

type Request = Extract<FromDashboard, { type: 'show' | 'again' | 'detail' }>;

export class DashboardFeed implements Disposable {
  readonly #data: RunData;
  readonly #live: LiveRun;
  readonly #view: DashboardPage;
  readonly #dir: string;
  readonly #disposables = new DisposableStore();
  #disposed = false;
  #generation = 0;
  #begun = false;
  #shown: readonly string[] = [];
  /** The newest step that was told; all later ones are added. */
  #lastStep = 0;
  /** Of the evaluations that were told. */
  #revision = 0;
  #metrics = '';
  /** Of the rewards, as they were told. */
  #changes = '[]';
  #state: RunState | null = null;
  #seconds: number | null = null;
  #statusTimer: NodeJS.Timeout | null = null;
  #statusDue = false;
  #slowTimer: NodeJS.Timeout | null = null;
  #slowDue = false;
  #outcomeOf = '';
  /** What was said last of a run that cannot be read. */
  #failure = '';

  constructor({ data, live }: { readonly data: RunData; readonly live: LiveRun }, view: DashboardPage, dir: string) {
    this.#data = data;
    this.#live = live;
    this.#view = view;
    this.#dir = dir;
    const fail = (error: unknown): void => this.#fail(error);
    this.#disposables.add(watchRun(data, dir, (state) => this.#update(state), fail));
    this.#disposables.add(
      live.onDidChange((changed) => {
        if (changed === dir) this.#tellStatus();
      }),
    );
  }

  receive(message: Request): void {
    if (message.generation !== this.#generation) return;
    this.#answer(message).catch((error: unknown) => this.#fail(error));
  }

  dispose(): void {
    this.#disposed = true;
    if (this.#statusTimer) clearTimeout(this.#statusTimer);
    if (this.#slowTimer) clearTimeout(this.#slowTimer);
    this.#disposables.dispose();
  }

  /** The run has another state than before; called once at the beginning. */
  async #update(state: RunState): Promise<void> {
    if (!this.#begun || (state.lastStep ?? 0) < this.#lastStep) await this.#begin();
    else await this.#add();
  }

  async #begin(): Promise<void> {
    const dir = this.#dir;
    const { run, metrics, changes, state, seconds, evaluations } = await this.#data.call('dashboardRun', { dir });
    if (this.#disposed) return;
    const generation = ++lastGeneration;
    this.#generation = generation;
    this.#begun = true;
    this.#shown = [];
    this.#lastStep = state.lastStep ?? 0;
    this.#revision = evaluations.revision;
    this.#metrics = metrics.join('\n');
    this.#changes = '[]';
    this.#state = state;
    this.#seconds = seconds;
    this.#outcomeOf = '';
    this.#view.setTitle(`Dashboard: ${run.experiment}, ${run.name}`);
    this.#view.post({ type: 'run', generation, run, metrics, status: this.#status(state) });
    this.#tellChanges(changes);
    this.#view.post({ type: 'evaluations', generation, evaluations: evaluations.shown });
    // What the script shows first is answered with words at once.
    if (this.#slowTimer) clearTimeout(this.#slowTimer);
    this.#slowTimer = null;
  }

  async #add(): Promise<void> {
    const [generation, after, revision] = [this.#generation, this.#lastStep, this.#revision];
    const added = await this.#data.call('dashboardAdded', { dir: this.#dir, metrics: this.#shown, after, revision });
    if (this.#disposed) return;
    // Hidden behind a debugger, say, while the run went on; or the run has gone back in between.
    if (added === null || (added.state.lastStep ?? 0) < after) return this.#begin();
    this.#lastStep = added.state.lastStep ?? 0;
    this.#state = added.state;
    this.#seconds = added.seconds;
    if (added.metrics.join('\n') !== this.#metrics) {
      this.#metrics = added.metrics.join('\n');
      this.#view.post({ type: 'metrics', generation, metrics: added.metrics });
    }
    this.#tellChanges(added.changes);
    const series = added.series.filter(({ steps }) => steps.length > 0);
    if (series.length > 0) this.#view.post({ type: 'added', generation, series });
    if (added.evaluations !== null) {
      this.#revision = added.evaluations.revision;
      this.#view.post({ type: 'evaluations', generation, evaluations: added.evaluations.shown });
    }
    this.#tellStatus();
    this.#tellSlowly();
  }

  /** Before the points that are not to be joined with those before them. */
  #tellChanges(changes: readonly CodeChange[]): void {
    if (JSON.stringify(changes) === this.#changes) return;
    this.#changes = JSON.stringify(changes);
    this.#view.post({ type: 'rewardChanges', generation: this.#generation, changes });
  }

  async #answer(message: Request): Promise<void> {
    const { generation } = message;
    if (message.type === 'detail') {
      const { from, to } = message;
      for (const metrics of inParts(message.metrics)) {
        const { lastStep, series } = await this.#data.call('dashboardSeries', { dir: this.#dir, metrics, from, to });
        if (this.#isLate(generation)) return;
        this.#view.post({ type: 'detail', generation, from, to, lastStep, series });
      }
      return;
    }
    const before = message.type === 'again' ? [] : this.#shown;
    if (message.type === 'show') this.#shown = message.metrics;
    for (const metrics of inParts(this.#shown.filter((metric) => !before.includes(metric)))) {
      const { lastStep, series } = await this.#data.call('dashboardSeries', { dir: this.#dir, metrics });
      if (this.#isLate(generation)) return;
      this.#view.post({ type: 'points', generation, lastStep, series });
    }
    this.#tellSlowly();
  }

  #isLate(generation: number): boolean {
    return this.#disposed || generation !== this.#generation;
  }

  #status(state: RunState): DashboardStatus {
    const { status, crashed, message, lastStep } = state;
    return { status, crashed, message, lastStep, seconds: this.#seconds, live: this.#live.stateOf(this.#dir) };
  }

  /** Soon, and not more often than can be seen. */
  #tellStatus(): void {
    this.#statusDue = true;
    if (this.#statusTimer !== null || this.#disposed) return;
    const tell = (): void => {
      this.#statusTimer = null;
      if (!this.#statusDue || this.#state === null) return;
      this.#statusDue = false;
      this.#view.post({ type: 'status', generation: this.#generation, status: this.#status(this.#state) });
      this.#statusTimer = setTimeout(tell, STATUS_MS);
    };
    tell();
  }

  /** Words, warnings and how it turned out: at once, and then only now and then while the run goes on. */
  #tellSlowly(): void {
    this.#slowDue = true;
    if (this.#slowTimer !== null || this.#disposed) return;
    const tell = (): void => {
      this.#slowTimer = null;
      if (!this.#slowDue || this.#disposed) return;
      this.#slowDue = false;
      this.#slowTimer = setTimeout(tell, SLOW_MS);
      // A run that cannot be read any more is told of by whoever watches it.
      this.#readSlowThings().catch(() => {});
    };
    tell();
  }

  async #readSlowThings(): Promise<void> {
    const [generation, dir, state] = [this.#generation, this.#dir, this.#state];
    const words = await this.#data.call('dashboardWords', { dir, metrics: this.#shown });
    const warnings = await this.#data.call('dashboardWarnings', { dir });
    const { report, signs } = await this.#data.call('dashboardSignal', { dir });
    if (this.#isLate(generation)) return;
    this.#view.post({ type: 'words', generation, words });
    this.#view.post({ type: 'signal', generation, report, signs });
    this.#view.post({ type: 'warnings', generation, warnings });
    const { status, lastStep } = state ?? { status: 'running', lastStep: null };
    const ended = status === 'running' ? '' : `${status} ${lastStep ?? 0} ${this.#revision}`;
    if (ended === this.#outcomeOf) return;
    this.#outcomeOf = ended;
    const sentences = ended === '' ? [] : await this.#data.call('dashboardOutcome', { dir });
    if (!this.#isLate(generation)) this.#view.post({ type: 'outcome', generation, sentences });
  }

  /** The folder was moved to the trash, say; it may come back. */
  #fail(error: unknown): void {
    if (this.#disposed) return;
    const message = error instanceof UserError ? error.message : `The run cannot be read: ${String(error)}`;
    if (!this.#begun && message === this.#failure) return;
    this.#failure = message;
    this.#begun = false;
    this.#generation = ++lastGeneration;
    this.#view.post({ type: 'unreadable', message });
  }
}

function inParts(metrics: readonly string[]): string[][] {
  const parts: string[][] = [];
  for (let from = 0; from < metrics.length; from += METRICS_AT_ONCE)
    parts.push(metrics.slice(from, from + METRICS_AT_ONCE));
  return parts;
}
