/** One metric of all runs. Where different reward code gave its values they are not on one axis, unless the person says so. */
import type { ComparedRun } from '../../engine/protocol/comparison.ts';
import { count } from '../../engine/words/format.ts';
import { metricName } from '../../engine/words/metrics.ts';
import { X_AXES, type XAxisKind } from '../chart/axes.ts';
import { Chart, type ChartView } from '../chart/chart.ts';
import type { AxisFormats, Extent } from '../chart/content.ts';
import { nearest } from '../chart/scale.ts';
import { element, setText } from '../dom.ts';
import { icon } from '../icons.ts';
import { checkbox, dropdown, type DropdownControl } from '../ui.ts';
import { axisGroups, contentOf, curvesOf, type AxisGroup, type RunCurve } from './curveContent.ts';
import { tag } from './looks.ts';
import { axisOf, valueText } from './metrics.ts';
import type { CompareModel } from './model.ts';
import type { CompareState } from './state.ts';

export interface CurveCardEvents {
  readonly onMetric: (metric: string) => void;
  readonly onOverlay: (overlaid: boolean) => void;
  readonly onCursor: (x: number | null) => void;
  readonly onZoomX: (extent: Extent | null) => void;
  /** A card keeps its own stretch of values. */
  readonly onZoomY: () => void;
}

/** What all cards have in common. */
export interface SharedView {
  /** null shows all there is. */
  readonly zoom: Extent | null;
  readonly cursor: number | null;
}

/** A chart with the runs that it shows. */
interface Plot {
  readonly chart: Chart;
  readonly caption: HTMLElement;
  readonly values: HTMLElement;
  readonly element: HTMLElement;
  curves: readonly RunCurve[];
  y: Extent | null;
  /** Which runs have a value in `values`. */
  valuesFor: string;
}

export class CurveCard {
  readonly element: HTMLElement;
  readonly #events: CurveCardEvents;
  readonly #metric: DropdownControl<string>;
  readonly #note = element('p', { class: 'note', hidden: true });
  readonly #overlay;
  readonly #plots = element('div', { class: 'plots' });
  #shown: Plot[] = [];
  #builtFor = '';
  #choicesKey = '';

  constructor(metric: string, label: string, events: CurveCardEvents) {
    this.#events = events;
    this.#metric = dropdown({ label, choices: choicesOf([metric]), value: metric, onChange: events.onMetric });
    this.#overlay = checkbox({ label: 'Overlay anyway', checked: false, onChange: events.onOverlay });
    this.#overlay.element.hidden = true;
    this.element = element(
      'div',
      { class: 'curve-card' },
      element('div', { class: 'curve-head' }, this.#metric.element, this.#overlay.element),
      this.#note,
      this.#plots,
    );
  }

  render(model: CompareModel, metric: string, state: CompareState, shared: SharedView): void {
    const known = model.overview?.metrics.map(({ metric: name }) => name) ?? [];
    this.#setChoices([...new Set([metric, ...known])], metric);
    const groups = axisGroups(model, metric);
    // Together as far as the same code gave the values, and no further.
    const isSplit = groups.length > 1 || groups.some(({ until }) => until.size > 0);
    const overlaid = isSplit && state.overlaid.includes(metric);
    this.#overlay.element.hidden = !isSplit;
    this.#overlay.setChecked(overlaid);
    this.#note.hidden = !isSplit;
    if (isSplit) this.#setNote(groups, overlaid);
    const all = groups.flatMap(({ runs }) => runs);
    const shown = isSplit && !overlaid ? groups : [wholeOf(model.runs.filter((run) => all.includes(run)))];
    this.#build(
      metric,
      state.axis,
      shown.map(({ runs }) => runs),
    );
    for (const [index, group] of shown.entries()) {
      const plot = this.#shown[index];
      if (!plot) continue;
      plot.curves = curvesOf(model, group, metric, state.axis);
      plot.chart.setContent(contentOf(model, plot.curves, metric, state));
      this.#renderView(plot, shared);
      this.#renderCursor(plot, metric, shared);
    }
  }

  /** All of x that there is, in each of its charts. */
  get extents(): readonly Extent[] {
    return this.#shown.map(({ curves }) => extentOf(curves));
  }

  /** Another stretch of x is looked at. */
  renderView(shared: SharedView): void {
    for (const plot of this.#shown) this.#renderView(plot, shared);
  }

  renderCursor(metric: string, shared: SharedView): void {
    for (const plot of this.#shown) this.#renderCursor(plot, metric, shared);
  }

  #renderView(plot: Plot, { zoom }: SharedView): void {
    const view: ChartView = { x: zoom ?? extentOf(plot.curves), y: plot.y, log: false };
    plot.chart.setView(view);
  }

  #renderCursor(plot: Plot, metric: string, { cursor }: SharedView): void {
    plot.chart.setCursor(cursor);
    const read = plot.curves.flatMap((curve) => valueAt(curve, cursor));
    const key = JSON.stringify(read.map(({ run }) => run.letter));
    if (key !== plot.valuesFor) {
      plot.valuesFor = key;
      plot.values.replaceChildren(
        ...read.map(({ run }) => element('span', { class: 'value' }, tag(run), element('span'))),
      );
    }
    for (const [index, { value }] of read.entries()) {
      const shown = plot.values.children[index]?.lastElementChild;
      if (shown) setText(shown, valueText(metric, value));
    }
    const text = read.map(({ run, value }) => `${run.letter} ${valueText(metric, value)}`).join(', ');
    plot.chart.setCursorText(cursor === null ? '' : text, cursor ?? 0);
  }

  /** Charts are made anew only where others are needed, so that the focus and a zoom stay. */
  #build(metric: string, axis: XAxisKind, shown: readonly (readonly ComparedRun[])[]): void {
    const letters = shown.map((runs) => runs.map(({ letter }) => letter).join(', '));
    const key = JSON.stringify([metric, axis, letters]);
    if (key === this.#builtFor) return;
    this.#builtFor = key;
    for (const { chart } of this.#shown) chart.dispose();
    this.#shown = letters.map((runs) => this.#plot(metric, axis, runs, shown.length > 1));
    this.#plots.replaceChildren(...this.#shown.map((plot) => plot.element));
  }

  #plot(metric: string, axis: XAxisKind, runs: string, isSplit: boolean): Plot {
    const formats: AxisFormats = { x: X_AXES[axis], left: axisOf(metric), right: axisOf(metric) };
    const chart = new Chart(`${metricName(metric)} of ${runs}`, formats, {
      onCursor: (x) => this.#events.onCursor(x),
      onZoomX: (extent) => this.#events.onZoomX(extent),
      onZoomY: (y) => {
        plot.y = y;
        this.#events.onZoomY();
      },
      onReset: () => {
        plot.y = null;
        this.#events.onZoomX(null);
      },
      onDrawn: () => {},
      onVisible: () => {},
    });
    const caption = element('p', {
      class: 'quiet',
      text: runs.includes(',') ? `Runs ${runs}` : `Run ${runs}`,
      hidden: !isSplit,
    });
    const values = element('p', { class: 'values' });
    const plot: Plot = {
      chart,
      caption,
      values,
      element: element('div', { class: 'plot' }, caption, chart.element, values),
      curves: [],
      y: null,
      valuesFor: '',
    };
    return plot;
  }

  #setChoices(metrics: readonly string[], metric: string): void {
    const choices = choicesOf(metrics);
    if (this.#choicesKey !== JSON.stringify(choices)) {
      this.#choicesKey = JSON.stringify(choices);
      this.#metric.setChoices(choices, metric);
    } else if (this.#metric.value !== metric) this.#metric.setValue(metric);
  }

  #setNote(groups: readonly AxisGroup[], overlaid: boolean): void {
    const text = noteOn(groups, overlaid);
    if (this.#note.textContent !== text) this.#note.replaceChildren(icon('warning'), element('span', { text }));
  }
}

/** What is said of runs that have not all the same measure. */
function noteOn(groups: readonly AxisGroup[], overlaid: boolean): string {
  const changes = groups.flatMap(({ until }) => [...until]);
  const names = groups.map(({ runs }) => runs.map(({ letter }) => letter).join(', ')).join(' and ');
  const apart = groups.length > 1 ? `Scored by different reward code (${names})` : '';
  const changed = changes.map(([letter, step]) => `The reward of ${letter} was changed at step ${count(step)}`);
  if (overlaid) {
    const why = [...(apart === '' ? [] : [apart]), ...changed].join('. ');
    return `${why}: these numbers do not mean the same.`;
  }
  return [
    ...(apart === '' ? [] : [`${apart}, so not on one axis.`]),
    ...changed.map((change) => `${change}: its curve is compared up to there.`),
  ].join(' ');
}

/** All of the curves of runs, whatever gave their values. */
function wholeOf(runs: readonly ComparedRun[]): AxisGroup {
  return { runs, until: new Map() };
}

function choicesOf(metrics: readonly string[]): { value: string; label: string }[] {
  return metrics.map((metric) => ({ value: metric, label: metricName(metric) }));
}

function extentOf(curves: readonly RunCurve[]): Extent {
  const ends = curves.flatMap(({ x }) => [x[0] ?? 0, x.at(-1) ?? 0]);
  return ends.length === 0 ? { min: 0, max: 1 } : { min: Math.min(...ends), max: Math.max(...ends) };
}

/** At the cursor, where the run came so far; the last value without one. */
function valueAt({ run, x, y }: RunCurve, cursor: number | null): { run: ComparedRun; value: number }[] {
  const last = x.at(-1);
  if (last === undefined || (cursor !== null && cursor > last)) return [];
  const value = y[cursor === null ? y.length - 1 : nearest(x, cursor)];
  return value === undefined ? [] : [{ run, value }];
}
