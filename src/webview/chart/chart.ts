/**
 * A chart: layers over one x axis, drawn by uPlot when it is on the screen and something has changed. It keeps no view of its own:
 * it tells what the person asked for, and its owner says what to show, in this chart and in others.
 */
import './chart.css';
import uPlot from 'uplot';
import { element, setText } from '../dom.ts';
import { align } from './align.ts';
import {
  NOTHING,
  type AxisFormats,
  type ChartContent,
  type Extent,
  type Mark,
  type Rule,
  type Side,
} from './content.ts';
import { cancelDraw, requestDraw } from './drawQueue.ts';
import { KEYBOARD_HELP, onKey, onWheel, startPan, type GestureTarget } from './gestures.ts';
import type { Frame } from './frame.ts';
import { drawLayers } from './layers.ts';
import { drawMarks, markTips } from './marks.ts';
import { plotKey, plotOptions } from './plot.ts';
import { nearest, valueExtent, type Scale } from './scale.ts';
import { ruleLabels } from './rules.ts';
import { svgPicture, type Picture, type PictureText } from './svg.ts';
import type { Theme } from './themeColours.ts';
import { currentTheme, onThemeChange } from './theme.ts';
import { thinned } from './thin.ts';

export interface ChartView {
  readonly x: Extent;
  /** Of the left axis; null shows all there is between the ends of x. */
  readonly y: Extent | null;
  /** Whether the left axis is logarithmic. */
  readonly log: boolean;
}

export interface ChartEvents {
  /** The pointer or the keyboard is at a point; null when it left. */
  readonly onCursor: (x: number | null) => void;
  readonly onZoomX: (extent: Extent) => void;
  readonly onZoomY: (extent: Extent) => void;
  readonly onReset: () => void;
  /** After a drawing: how many values a logarithmic axis could not show. */
  readonly onDrawn: (leftOut: number) => void;
  /** It has come onto the screen, or gone. */
  readonly onVisible: (visible: boolean) => void;
  /** The pointer was pressed on the sign of a point. */
  readonly onMark?: (mark: Mark) => void;
  /** The pointer was pressed on the words of a rule. */
  readonly onRule?: (rule: Rule) => void;
}

/** Pixels below the screen at which a chart is made ready. */
const NEAR = '120px';

export class Chart {
  /** To be put into the page; its style says how high it is. */
  readonly element: HTMLElement;
  readonly #events: ChartEvents;
  readonly #empty = element('div', { class: 'chart-empty' });
  readonly #observers: readonly { disconnect(): void }[];
  readonly #themeChange: { dispose(): void };
  readonly #queued = { draw: () => this.#draw() };
  #formats: AxisFormats;
  #theme: Theme;
  #content: ChartContent = NOTHING;
  #emptyText = '';
  /** The content as it is on the canvas. */
  #drawn: ChartContent = NOTHING;
  #view: ChartView = { x: { min: 0, max: 1 }, y: null, log: false };
  #scales: Frame['y'] & { readonly x: Scale };
  #plot: uPlot | null = null;
  #plotKey = '';
  #visible = false;
  #changed = false;
  #columnX: readonly number[] = [];
  #markTips: readonly HTMLElement[] = [];
  #cursor: number | null = null;
  /** uPlot tells of its cursor also when it is placed by us. */
  #placing = false;
  /** The pointer is over the plot, which shows it by itself; to place its cursor would move the corner of a box that is being drawn. */
  #pointed = false;

  constructor(label: string, formats: AxisFormats, events: ChartEvents) {
    this.#formats = formats;
    this.#events = events;
    this.#theme = currentTheme();
    const unit = { min: 0, max: 1, log: false };
    this.#scales = { x: unit, left: unit, right: unit };
    // The keyboard moves along the steps as along a slider, and a screen reader says the values there.
    this.element = element(
      'div',
      {
        class: 'chart-plot',
        attributes: { role: 'slider', tabindex: '0', 'aria-label': label, 'aria-description': KEYBOARD_HELP },
      },
      this.#empty,
    );
    this.setCursorText('', 0);
    this.#observers = [this.#observeVisibility(), this.#observeSize()];
    this.#themeChange = onThemeChange(() => {
      this.#theme = currentTheme();
      this.#plotKey = '';
      this.#invalidate();
    });
    this.element.addEventListener('wheel', (event) => onWheel(this.#target, event), { passive: false });
    // Before uPlot hears of it and begins to draw a box.
    this.element.addEventListener('mousedown', (event) => startPan(this.#target, event), { capture: true });
    this.element.addEventListener('keydown', (event) => onKey(this.#target, event));
    this.element.addEventListener('blur', () => this.#events.onCursor(null));
  }

  get visible(): boolean {
    return this.#visible;
  }

  /** The x axis means something else from now on. */
  setFormats(formats: AxisFormats): void {
    this.#formats = formats;
    this.#plotKey = '';
    this.#invalidate();
  }

  /** @param emptyText shown in place of curves where there are none */
  setContent(content: ChartContent, emptyText = 'No values yet'): void {
    this.#content = content;
    this.#emptyText = emptyText;
    this.#invalidate();
  }

  setView(view: ChartView): void {
    this.#view = view;
    this.#invalidate();
  }

  /** Shows a cursor at the point nearest to `x`, or none. */
  setCursor(x: number | null): void {
    this.#cursor = x;
    if (!this.#visible || this.#changed) return;
    this.#placeCursor();
  }

  /** What is at the cursor, for a screen reader, and where it is on the x axis. */
  setCursorText(text: string, now: number): void {
    this.element.setAttribute('aria-valuetext', text === '' ? 'no cursor' : text);
    this.element.setAttribute('aria-valuenow', String(now));
  }

  /** The chart as it is shown, as a picture in a file. */
  picture(text: PictureText): Picture {
    this.#layOut();
    const { width, height } = this.element.getBoundingClientRect();
    const content = thinned(this.#content, this.#scales.x, width);
    return svgPicture(text, content, this.#scales, this.#formats, this.#theme, { width, height });
  }

  dispose(): void {
    cancelDraw(this.#queued);
    this.#plot?.destroy();
    for (const observer of this.#observers) observer.disconnect();
    this.#themeChange.dispose();
    this.element.remove();
  }

  #invalidate(): void {
    this.#changed = true;
    if (this.#visible) requestDraw(this.#queued);
  }

  #draw(): void {
    if (!this.#changed || !this.#visible) return;
    const { width, height } = this.element.getBoundingClientRect();
    if (width === 0 || height === 0) return;
    this.#changed = false;
    const { lines } = this.#content;
    const empty = lines.every((line) => line.x.length === 0);
    if (empty) {
      setText(this.#empty, this.#emptyText);
      this.#plot?.destroy();
      this.#plot = null;
      this.#plotKey = '';
      return;
    }
    this.#layOut();
    this.#drawn = thinned(this.#content, this.#scales.x, width);
    const { columns, leftOut } = align(this.#drawn.lines, ({ side }) => this.#scales[side].log);
    this.#columnX = columns[0];
    const shown = leftOut === 0 || columns.slice(1).some((column) => column.some((value) => value !== null));
    setText(this.#empty, shown ? '' : 'Nothing above 0 to show on a logarithmic axis');
    const key = plotKey(this.#drawn, this.#scales.left.log);
    if (this.#plot === null || key !== this.#plotKey) {
      this.#plot?.destroy();
      this.#plot = this.#makePlot(width, height, columns);
      this.#plotKey = key;
      // It has not heard of the pointer yet.
      this.#pointed = false;
    } else {
      const plot = this.#plot;
      plot.batch(() => {
        if (plot.width !== width || plot.height !== height) plot.setSize({ width, height });
        plot.setData(columns, true);
      });
    }
    const { min, max } = this.#view.x;
    this.element.setAttribute('aria-valuemin', String(min));
    this.element.setAttribute('aria-valuemax', String(max));
    this.#placeMarkTips(this.#plot);
    this.#placeCursor();
    this.#events.onDrawn(leftOut);
  }

  #layOut(): void {
    const { x, y, log } = this.#view;
    const of = (side: Side): Extent | null =>
      valueExtent(this.#content, side, x, side === 'left' && log, this.#formats[side]);
    const left = y ?? of('left');
    const wide = x.max > x.min ? x : { min: x.min - 0.5, max: x.min + 0.5 };
    this.#scales = {
      x: { ...wide, log: false },
      left: { ...(left ?? { min: 1, max: 10 }), log: log && (left === null || left.min > 0) },
      right: { ...(of('right') ?? { min: 0, max: 1 }), log: false },
    };
  }

  #makePlot(width: number, height: number, columns: uPlot.AlignedData): uPlot {
    const options = plotOptions({
      content: this.#drawn,
      log: this.#scales.left.log,
      formats: this.#formats,
      theme: this.#theme,
      width,
      height,
      scale: (axis) => this.#scales[axis],
      drawBelow: (plot) => drawLayers(plot.ctx, this.#drawn, this.#frame(plot)),
      drawAbove: (plot) => drawMarks(plot.ctx, this.#drawn.marks ?? [], this.#frame(plot)),
      onCursor: (plot) => {
        if (this.#placing) return;
        this.#pointed = (plot.cursor.left ?? -1) >= 0;
        this.#events.onCursor(this.#pointed ? (plot.data[0][plot.cursor.idx ?? -1] ?? null) : null);
      },
      onSelect: (plot) => this.#select(plot),
      onReset: () => this.#events.onReset(),
    });
    return new uPlot(options, columns, this.element);
  }

  #frame(plot: uPlot): Frame {
    const { x, left, right } = this.#scales;
    return { area: plot.bbox, x, y: { left, right }, ratio: devicePixelRatio, theme: this.#theme };
  }

  /** A box zooms both axes; as high as the chart it zooms x alone, as wide as the chart the values alone. */
  #select(plot: uPlot): void {
    const { left, top, width, height } = plot.select;
    if (width === 0 && height === 0) return;
    const all = { width: plot.over.clientWidth, height: plot.over.clientHeight };
    if (width < all.width)
      this.#events.onZoomX({ min: plot.posToVal(left, 'x'), max: plot.posToVal(left + width, 'x') });
    if (height < all.height) {
      this.#events.onZoomY({ min: plot.posToVal(top + height, 'left'), max: plot.posToVal(top, 'left') });
    }
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }

  #placeMarkTips(plot: uPlot): void {
    for (const tip of this.#markTips) tip.remove();
    const { clientWidth: width, clientHeight: height } = plot.over;
    const frame = { ...this.#frame(plot), area: { left: 0, top: 0, width, height }, ratio: 1 };
    this.#markTips = [
      ...ruleLabels(this.#drawn.rules ?? [], frame, (rule) => this.#events.onRule?.(rule)),
      ...markTips(this.#drawn.marks ?? [], frame, (mark) => this.#events.onMark?.(mark)),
    ];
    plot.over.append(...this.#markTips);
  }

  #placeCursor(): void {
    const plot = this.#plot;
    if (plot === null || this.#pointed) return;
    const index = this.#cursor === null ? -1 : nearest(this.#columnX, this.#cursor);
    const x = this.#columnX[index];
    const { min, max } = this.#scales.x;
    const shown = x !== undefined && x >= min && x <= max;
    this.#placing = true;
    // Below 0 is away.
    plot.setCursor(shown ? { left: plot.valToPos(x, 'x'), top: 0 } : { left: -10, top: -10 });
    this.#placing = false;
  }

  get #target(): GestureTarget {
    return {
      area: () => (this.#plot?.over ?? this.element).getBoundingClientRect(),
      scale: (axis) => this.#scales[axis],
      zoomX: (extent) => this.#events.onZoomX(extent),
      zoomY: (extent) => this.#events.onZoomY(extent),
      reset: () => this.#events.onReset(),
      moveCursor: (points) => this.#moveCursor(points),
      cursorPlace: () => {
        const { min, max } = this.#scales.x;
        return this.#cursor === null ? null : (this.#cursor - min) / (max - min);
      },
    };
  }

  #moveCursor(points: number): void {
    const { min, max } = this.#scales.x;
    const inView = this.#columnX.filter((x) => x >= min && x <= max);
    const from = this.#cursor === null ? inView.length : nearest(inView, this.#cursor);
    const x = inView[Math.min(inView.length - 1, Math.max(0, from + points))];
    if (x === undefined) return;
    this.#pointed = false;
    // At once, for the next key may come before the owner has said so.
    this.#cursor = x;
    this.#events.onCursor(x);
  }

  #observeVisibility(): IntersectionObserver {
    const observer = new IntersectionObserver(
      (entries) => {
        this.#visible = entries.at(-1)?.isIntersecting === true;
        if (this.#visible && this.#changed) requestDraw(this.#queued);
        this.#events.onVisible(this.#visible);
      },
      { rootMargin: NEAR },
    );
    observer.observe(this.element);
    return observer;
  }

  #observeSize(): ResizeObserver {
    const observer = new ResizeObserver(() => this.#invalidate());
    observer.observe(this.element);
    return observer;
  }
}
