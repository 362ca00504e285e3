/** One chart of the Dashboard: title and menu, legend, curves, and the words below them. */
import type { CurveWords } from '../../engine/protocol/panels/dashboard.ts';
import { count } from '../../engine/words/format.ts';
import type { XAxisKind } from '../chart/axes.ts';
import { Chart } from '../chart/chart.ts';
import type { Extent } from '../chart/content.ts';
import { cancelDraw, requestDraw } from '../chart/drawQueue.ts';
import type { Picture } from '../chart/svg.ts';
import { element, setText, uniqueId } from '../dom.ts';
import { icon } from '../icons.ts';
import { menuButton, SEPARATOR, type MenuItem } from '../menu.ts';
import { axisFormats, unitText } from './axes.ts';
import { chartView, type ChartSource, type ChartView } from './chartContent.ts';
import type { ChartSpec } from './chartSpecs.ts';
import { Legend } from './legend.ts';
import type { ChartState } from './state.ts';

/** What a chart is given, asked for when it is drawn. */
export interface CardSource extends ChartSource {
  readonly axis: XAxisKind;
  /** Ends of the x axis, in its own units. */
  readonly extent: Extent;
  readonly state: ChartState;
  /** The step at the cursor; null without one. */
  readonly cursor: number | null;
}

export interface CardEvents {
  readonly onCursor: (step: number | null) => void;
  readonly onZoomX: (extent: Extent) => void;
  readonly onState: (state: ChartState) => void;
  readonly onReset: () => void;
  readonly onVisible: () => void;
  readonly onSave: (format: 'png' | 'svg' | 'csv') => void;
  /** The sign at a point was pressed. */
  readonly onMark: (step: number) => void;
  /** The words of a line, behind which this is the first step, were pressed. */
  readonly onRule: (step: number) => void;
}

export class ChartCard {
  readonly spec: ChartSpec;
  readonly element: HTMLElement;
  readonly #source: () => CardSource;
  readonly #events: CardEvents;
  readonly #chart: Chart;
  readonly #legend: Legend;
  readonly #summary = element('p', { class: 'visually-hidden', attributes: { id: uniqueId('summary') } });
  readonly #remark = element('p', { class: 'remark', hidden: true });
  readonly #remarkText = element('span');
  readonly #note = element('p', { class: 'note quiet', hidden: true });
  #view: ChartView | null = null;
  #axis: XAxisKind;
  #seen = false;
  #stale = true;

  constructor(spec: ChartSpec, source: () => CardSource, events: CardEvents) {
    this.spec = spec;
    this.#source = source;
    this.#events = events;
    this.#axis = source().axis;
    this.#chart = new Chart(spec.title, axisFormats(spec, this.#axis), {
      onCursor: (x) => events.onCursor(x === null ? null : Math.round(source().map.toStep(x))),
      onZoomX: (extent) => events.onZoomX(extent),
      onZoomY: (y) => events.onState({ ...source().state, y }),
      onReset: () => events.onReset(),
      onDrawn: (leftOut) => this.#noteLeftOut(leftOut),
      onVisible: (visible) => this.#becameVisible(visible),
      onMark: ({ x }) => events.onMark(Math.round(source().map.toStep(x))),
      onRule: ({ step }) => events.onRule(step),
    });
    this.#chart.element.setAttribute('aria-describedby', this.#summary.id);
    this.#legend = new Legend(spec.title);
    this.#remark.append(icon('info'), this.#remarkText);
    const title = uniqueId('chart');
    this.element = element(
      'section',
      { class: 'card', attributes: { 'aria-labelledby': title } },
      element(
        'div',
        { class: 'card-head' },
        element('h2', { text: spec.title, title: spec.title, attributes: { id: title } }),
        element('span', { class: 'quiet', text: unitText(spec.unit) }),
        menuButton({ icon: 'ellipsis', label: `${spec.title}: more actions`, items: () => this.#menu() }).element,
      ),
      this.#legend.element,
      this.#chart.element,
      this.#summary,
      this.#remark,
      this.#note,
    );
  }

  /** Whether it is, or was, on the screen: only then is it worth reading its points. */
  get seen(): boolean {
    return this.#seen;
  }

  get visible(): boolean {
    return this.#chart.visible;
  }

  /** Something that it shows has changed. */
  refresh(): void {
    this.#stale = true;
    if (this.#chart.visible) requestDraw(this);
  }

  /** Called by the queue. */
  draw(): void {
    if (!this.#stale) return;
    this.#stale = false;
    const source = this.#source();
    if (source.axis !== this.#axis) {
      this.#axis = source.axis;
      this.#chart.setFormats(axisFormats(this.spec, source.axis));
    }
    this.#view = chartView(this.spec, source);
    this.#chart.setContent(this.#view.content, this.#isLoaded(source) ? 'No values' : '');
    this.#chart.setView({ x: source.extent, y: source.state.y, log: source.state.log });
    this.showCursor();
  }

  showCursor(): void {
    if (!this.#chart.visible || this.#view === null) return;
    const { cursor, map, smoothing, extent } = this.#source();
    const rows = this.#view.legend(cursor);
    this.#legend.show(rows, cursor === null ? 'last' : `step ${count(cursor)}`, smoothing.weight > 0);
    this.#chart.setCursor(cursor === null ? null : map.toX(cursor));
    if (cursor === null) this.#chart.setCursorText('', extent.min);
    if (cursor === null || document.activeElement !== this.#chart.element) return;
    const values = rows.map(({ label, value }) => `${label} ${value}`).join(', ');
    this.#chart.setCursorText(`step ${count(cursor)}: ${values}`, map.toX(cursor));
  }

  setWords(words: CurveWords | null): void {
    setText(this.#summary, words?.summary ?? '');
    setText(this.#remarkText, words?.remark ?? '');
    this.#remark.hidden = words?.remark === undefined || words.remark === null;
  }

  /** @param subtitle which run it is */
  picture(subtitle: string): Picture {
    this.#stale = true;
    this.draw();
    const legend = (this.#view?.legend(null) ?? []).filter(({ isBand }) => !isBand);
    return this.#chart.picture({ title: this.spec.title, subtitle, legend });
  }

  dispose(): void {
    cancelDraw(this);
    this.#chart.dispose();
    this.element.remove();
  }

  #isLoaded({ store }: CardSource): boolean {
    return this.spec.evaluations || this.spec.curves.some(({ metric }) => store.has(metric));
  }

  #becameVisible(visible: boolean): void {
    if (!visible) return;
    this.#seen = true;
    this.#events.onVisible();
    if (this.#stale) requestDraw(this);
  }

  /** Says something below the chart, until it is drawn anew; '' for nothing. */
  showNote(words: string): void {
    this.#note.hidden = words === '';
    setText(this.#note, words);
  }

  #noteLeftOut(leftOut: number): void {
    this.showNote(
      leftOut === 0 ? '' : `A logarithmic axis has no place for values of 0 and below: ${count(leftOut)} left out.`,
    );
  }

  #menu(): (MenuItem | typeof SEPARATOR)[] {
    const { state } = this.#source();
    const save = (label: string, format: 'png' | 'svg' | 'csv'): MenuItem => ({
      label,
      checked: null,
      run: () => this.#events.onSave(format),
    });
    const log = !state.log;
    // A logarithmic axis has no place for a stretch that reaches down to 0.
    const y = log && state.y !== null && state.y.min <= 0 ? null : state.y;
    return [
      { label: 'Logarithmic Axis', checked: state.log, run: () => this.#events.onState({ ...state, log, y }) },
      { label: 'Reset Zoom', checked: null, run: () => this.#events.onReset() },
      SEPARATOR,
      save('Save as PNG…', 'png'),
      save('Save as SVG…', 'svg'),
      save('Save Values as CSV…', 'csv'),
    ];
  }
}
