/** The page of one run: what the host tells of it goes into the charts, what the person does goes to the host and to what is kept. */
import type { EvaluationSummary } from '../../engine/protocol/events.ts';
import type { CurveWords, DashboardRun, FromDashboard, ToDashboard } from '../../engine/protocol/panels/dashboard.ts';
import type { HackingSign } from '../../engine/protocol/panels/signal.ts';
import type { CodeChange } from '../../engine/protocol/run.ts';
import { X_AXIS_METRICS, type XAxisKind } from '../chart/axes.ts';
import type { Extent } from '../chart/content.ts';
import { within } from '../chart/scale.ts';
import { STEPS, timeMap, tokenMap, type StepMap } from '../chart/stepMap.ts';
import { element } from '../dom.ts';
import type { Host } from '../host.ts';
import { ChartCard, type CardSource } from './chartCard.ts';
import { ChartGrid } from './chartGrid.ts';
import { chartSpecs, metricsOf, type ChartSpec } from './chartSpecs.ts';
import { Header } from './header.ts';
import { More } from './more.ts';
import { PointStore, type StepRange } from './pointStore.ts';
import { saveChart } from './saveChart.ts';
import { RewardChanges } from './rewardChanges.ts';
import { Signal } from './signal.ts';
import { Signs } from './signs.ts';
import { CHART_STATE, type ChartState, type DashboardState } from './state.ts';
import { Toolbar } from './toolbar.ts';
import { Warnings } from './warnings.ts';

type Message = Exclude<ToDashboard, { type: 'empty' | 'unreadable' }>;

/** Milliseconds of rest after which a zoom is asked for in more detail, and a scroll for what has come onto the screen. */
const SETTLED_MS = 80;
/** Steps that a zoom shows at least. */
const MIN_STEPS = 2;

export class RunView {
  readonly element: HTMLElement;
  readonly #host: Host<FromDashboard, DashboardState>;
  readonly #run: DashboardRun;
  readonly #header: Header;
  readonly #toolbar: Toolbar;
  readonly #warnings: Warnings;
  readonly #signal: Signal;
  readonly #signs: Signs;
  readonly #rewardChanges: RewardChanges;
  readonly #first: ChartGrid;
  readonly #more: More;
  #generation = 0;
  #store = new PointStore();
  #evaluations: readonly EvaluationSummary[] = [];
  #words: readonly CurveWords[] = [];
  #hacking: readonly HackingSign[] = [];
  #changes: readonly CodeChange[] = [];
  #map: StepMap | null = null;
  #cursor: number | null = null;
  #cursorFrame = 0;
  #settled = 0;
  /** Metrics that the host was asked for. */
  #asked = '';
  #askedAgain = false;
  #lastStep = 0;

  constructor(host: Host<FromDashboard, DashboardState>, run: DashboardRun) {
    this.#host = host;
    this.#run = run;
    if (host.state.runDir !== run.dir) {
      // Values of another run are of another size.
      const charts = Object.fromEntries(
        Object.entries(host.state.charts).map(([id, chart]) => [id, { ...chart, y: null }]),
      );
      host.setState({ ...host.state, runDir: run.dir, range: null, charts });
    }
    const make = (spec: ChartSpec): ChartCard => this.#makeCard(spec);
    this.#header = new Header((action) => host.post({ type: 'action', action }));
    this.#toolbar = new Toolbar(host.state, {
      onAxis: (axis) => this.#change({ axis }),
      onSmoothing: (smoothing) => this.#change({ smoothing }),
      onReset: () => this.#resetZoom(),
    });
    this.#warnings = new Warnings(host.state.warnings, (warnings) => this.#keep({ warnings }));
    this.#signal = new Signal(host.state.signal, {
      onOpen: (signal) => this.#keep({ signal }),
      post: (message) => host.post(message),
    });
    this.#signs = new Signs((selection) => host.post({ type: 'openGroups', selection }));
    this.#rewardChanges = new RewardChanges((step) => host.post({ type: 'diffRewards', step }));
    this.#first = new ChartGrid('first-grid', make);
    this.#more = new More(host.state, {
      make,
      onOpen: (more) => this.#keep({ more }),
      onFilter: (filter) => this.#keep({ filter }),
    });
    this.element = element(
      'div',
      { class: 'dashboard' },
      this.#header.element,
      this.#toolbar.element,
      this.#first.element,
      this.#rewardChanges.element,
      this.#signs.element,
      this.#signal.element,
      this.#warnings.element,
      this.#more.element,
    );
    this.#toolbar.setZoomed(this.#isZoomed());
  }

  get runDir(): string {
    return this.#run.dir;
  }

  receive(message: Message): void {
    if (message.type !== 'run' && message.generation !== this.#generation) return;
    switch (message.type) {
      case 'run':
        this.#begin(message);
        break;
      case 'status':
        this.#header.showStatus(message.status, this.#run.steps);
        this.#lastStep = message.status.lastStep ?? 0;
        break;
      case 'metrics':
        this.#showSpecs(message.metrics);
        break;
      case 'points':
        this.#store.setWhole(message.series, message.lastStep);
        // The answer comes in several parts.
        if (!this.#store.isFull) this.#askedAgain = false;
        this.#dataChanged();
        break;
      case 'added':
        this.#store.add(message.series);
        this.#dataChanged();
        if (this.#store.isFull && !this.#askedAgain) {
          this.#askedAgain = true;
          this.#host.post({ type: 'again', generation: this.#generation });
        }
        break;
      case 'detail':
        this.#store.setDetail({ from: message.from, to: message.to }, message.series, message.lastStep);
        this.#dataChanged();
        break;
      case 'rewardChanges':
        this.#changes = message.changes;
        this.#rewardChanges.show(message.changes);
        this.#dataChanged();
        break;
      case 'evaluations':
        this.#evaluations = message.evaluations;
        this.#dataChanged();
        break;
      case 'words':
        this.#words = message.words;
        for (const card of this.#cards()) this.#showWords(card);
        break;
      case 'signal':
        this.#signal.show(message.report);
        this.#showSigns(message.signs);
        break;
      case 'outcome':
        this.#header.showOutcome(message.sentences);
        break;
      case 'warnings':
        this.#warnings.show(message.warnings);
    }
  }

  dispose(): void {
    clearTimeout(this.#settled);
    cancelAnimationFrame(this.#cursorFrame);
    for (const card of this.#cards()) card.dispose();
  }

  #showSigns(signs: readonly HackingSign[]): void {
    if (JSON.stringify(signs) === JSON.stringify(this.#hacking)) return;
    this.#hacking = signs;
    this.#signs.show(signs);
    for (const card of this.#cards()) card.refresh();
  }

  #begin({ generation, run, metrics, status }: Extract<Message, { type: 'run' }>): void {
    this.#generation = generation;
    this.#store = new PointStore();
    this.#changes = [];
    this.#rewardChanges.show([]);
    this.#asked = '';
    this.#askedAgain = false;
    this.#lastStep = status.lastStep ?? 0;
    this.#header.showRun(run);
    this.#header.showStatus(status, run.steps);
    this.#showSpecs(metrics);
  }

  #showSpecs(metrics: readonly string[]): void {
    const specs = chartSpecs(metrics, this.#run);
    this.#first.show(specs.first);
    this.#more.setSpecs(specs.more);
    this.#settle();
  }

  #makeCard(spec: ChartSpec): ChartCard {
    const card = new ChartCard(spec, () => this.#source(spec), {
      onCursor: (step) => this.#setCursor(step),
      onZoomX: (extent) => this.#zoomX(extent),
      onState: (state) => this.#setChartState(spec, state),
      onReset: () => this.#resetZoom(spec),
      onVisible: () => this.#settle(),
      onMark: (step) => this.#signs.focus(step),
      onRule: (step) => this.#host.post({ type: 'diffRewards', step }),
      onSave: (format) =>
        void saveChart(card, format, this.#run, this.#evaluations, (message) => this.#host.post(message)),
    });
    this.#showWords(card);
    return card;
  }

  #cards(): ChartCard[] {
    return [...this.#first.cards, ...this.#more.cards];
  }

  #source(spec: ChartSpec): CardSource {
    const { range, smoothing, charts } = this.#host.state;
    const axis = this.#axis();
    const map = this.#stepMap(axis);
    const shown = range ?? { from: 0, to: Math.max(1, this.#newestStep()) };
    return {
      axis,
      map,
      range,
      store: this.#store,
      evaluations: this.#evaluations,
      signs: this.#hacking,
      changes: this.#changes,
      smoothing: { weight: smoothing, totalSteps: Math.max(this.#run.steps, this.#newestStep()) },
      extent: { min: map.toX(shown.from), max: map.toX(shown.to) },
      state: charts[spec.id] ?? CHART_STATE,
      cursor: this.#cursor,
    };
  }

  #newestStep(): number {
    return Math.max(this.#lastStep, this.#store.lastStep, this.#evaluations.at(-1)?.step ?? 0);
  }

  /** The axis that was chosen, once there is what it is made from. */
  #axis(): XAxisKind {
    const { axis } = this.#host.state;
    const metric = X_AXIS_METRICS[axis];
    return metric !== null && (this.#store.whole(metric)?.length ?? 0) === 0 ? 'step' : axis;
  }

  #stepMap(axis: XAxisKind): StepMap {
    const metric = X_AXIS_METRICS[axis];
    const points = metric === null ? null : this.#store.whole(metric);
    if (points === null) return STEPS;
    return (this.#map ??= axis === 'tokens' ? tokenMap(points) : timeMap(points));
  }

  #dataChanged(): void {
    this.#map = null;
    for (const card of this.#cards()) card.refresh();
  }

  #showWords(card: ChartCard): void {
    card.setWords(this.#words.find(({ metric }) => card.spec.words.includes(metric)) ?? null);
  }

  #keep(change: Partial<DashboardState>): void {
    this.#host.setState({ ...this.#host.state, ...change });
    this.#settle();
  }

  #change(change: Partial<DashboardState>): void {
    this.#keep(change);
    this.#toolbar.setZoomed(this.#isZoomed());
    this.#dataChanged();
  }

  #isZoomed(): boolean {
    const { range, charts } = this.#host.state;
    return range !== null || Object.values(charts).some(({ y }) => y !== null);
  }

  #setChartState({ id }: ChartSpec, state: ChartState): void {
    this.#change({ charts: { ...this.#host.state.charts, [id]: state } });
  }

  /** All charts have one x axis. */
  #zoomX(extent: Extent): void {
    const map = this.#stepMap(this.#axis());
    const newest = this.#newestStep();
    const whole = { min: map.toX(0), max: map.toX(newest) };
    const shown = within(extent, whole);
    const from = Math.max(0, map.toStep(shown.min));
    const to = Math.min(newest, map.toStep(shown.max));
    if (to - from < MIN_STEPS) return;
    this.#change({ range: shown === whole ? null : { from, to } });
  }

  /** Of the values in one chart, or in all of them, and of x. */
  #resetZoom(spec?: ChartSpec): void {
    const charts = Object.fromEntries(
      Object.entries(this.#host.state.charts).map(([id, chart]) => [
        id,
        spec === undefined || id === spec.id ? { ...chart, y: null } : chart,
      ]),
    );
    this.#change({ range: null, charts });
  }

  /** The same step in all charts, once in a frame. */
  #setCursor(step: number | null): void {
    if (step === this.#cursor) return;
    this.#cursor = step;
    cancelAnimationFrame(this.#cursorFrame);
    this.#cursorFrame = requestAnimationFrame(() => {
      for (const card of this.#cards()) card.showCursor();
    });
  }

  /** When the page has come to rest, asks for what is on the screen and not here yet. */
  #settle(): void {
    clearTimeout(this.#settled);
    // The first charts come onto the screen all in one frame; nothing else is waited for.
    this.#settled = window.setTimeout(() => this.#ask(), this.#asked === '' ? 0 : SETTLED_MS);
  }

  #ask(): void {
    const seen = this.#cards().filter(({ seen }) => seen);
    const axisMetric = X_AXIS_METRICS[this.#host.state.axis];
    const metrics = new Set(seen.flatMap(({ spec }) => metricsOf(spec)));
    if (axisMetric !== null) metrics.add(axisMetric);
    const list = [...metrics];
    if (list.join('\n') !== this.#asked) {
      this.#asked = list.join('\n');
      this.#store.keepOnly(metrics);
      this.#host.post({ type: 'show', generation: this.#generation, metrics: list });
    }
    const { range } = this.#host.state;
    const visible = this.#cards().filter((card) => card.visible);
    const shown = [...new Set(visible.flatMap(({ spec }) => metricsOf(spec)))];
    if (range === null || !this.#store.wantsDetail(shown, range)) return;
    this.#host.post({ type: 'detail', generation: this.#generation, metrics: shown, ...this.#around(range) });
  }

  /** More than is looked at, so that panning a little asks for nothing. */
  #around({ from, to }: StepRange): StepRange {
    const beside = (to - from) / 2;
    return { from: Math.max(0, Math.floor(from - beside)), to: Math.ceil(to + beside) };
  }
}
