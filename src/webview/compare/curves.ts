/** The curves of all runs, several metrics at once, over one x axis. */
import { X_AXIS_KINDS, X_AXIS_NAMES } from '../chart/axes.ts';
import type { Extent } from '../chart/content.ts';
import { within } from '../chart/scale.ts';
import { element } from '../dom.ts';
import { dropdown, slider } from '../ui.ts';
import { CurveCard, type SharedView } from './curveCard.ts';
import type { CompareModel } from './model.ts';
import type { CompareState } from './state.ts';
import { section } from './section.ts';

/** More would leave nothing but a line. */
const MAX_SMOOTHING = 0.99;

export class Curves {
  readonly element: HTMLElement;
  readonly #cards: readonly CurveCard[];
  #shared: SharedView = { zoom: null, cursor: null };
  #state: CompareState;

  /** @param change with what the person chose */
  constructor(state: CompareState, change: (changes: Partial<CompareState>) => void) {
    this.#state = state;
    this.#cards = state.metrics.map(
      (metric, index) =>
        new CurveCard(metric, `Metric of chart ${index + 1}`, {
          onMetric: (next) => change({ metrics: this.#state.metrics.with(index, next) }),
          onOverlay: (overlaid) => change({ overlaid: this.#overlaid(index, overlaid) }),
          onCursor: (cursor) => this.#showCursor(cursor),
          onZoomX: (zoom) => this.#showView(zoom),
          onZoomY: () => this.#showView(this.#shared.zoom),
        }),
    );
    const axis = dropdown({
      label: 'Horizontal axis',
      labelShown: true,
      choices: X_AXIS_KINDS.map((value) => ({ value, label: X_AXIS_NAMES[value] })),
      value: state.axis,
      onChange: (next) => {
        // A stretch of steps is none of tokens.
        this.#shared = { zoom: null, cursor: null };
        change({ axis: next });
      },
    });
    const smoothing = slider({
      label: 'Smoothing',
      min: 0,
      max: MAX_SMOOTHING,
      step: 0.01,
      value: state.smoothing,
      format: (value) => value.toFixed(2),
      onInput: (value) => change({ smoothing: value }),
    });
    this.element = section(
      'Curves',
      [element('div', { class: 'toolbar' }, axis.element, smoothing.element)],
      element('div', { class: 'curve-grid' }, ...this.#cards.map((card) => card.element)),
    );
  }

  render(model: CompareModel, state: CompareState): void {
    this.#state = state;
    this.element.hidden = model.runs.length === 0;
    for (const [index, card] of this.#cards.entries())
      card.render(model, state.metrics[index] ?? '', state, this.#shared);
  }

  #showView(zoom: Extent | null): void {
    const whole = wholeOf(this.#cards.flatMap((card) => card.extents));
    const shown = zoom && within(zoom, whole);
    this.#shared = { ...this.#shared, zoom: shown === whole ? null : shown };
    for (const card of this.#cards) card.renderView(this.#shared);
  }

  #showCursor(cursor: number | null): void {
    this.#shared = { ...this.#shared, cursor };
    for (const [index, card] of this.#cards.entries())
      card.renderCursor(this.#state.metrics[index] ?? '', this.#shared);
  }

  #overlaid(index: number, overlaid: boolean): readonly string[] {
    const metric = this.#state.metrics[index] ?? '';
    const others = this.#state.overlaid.filter((name) => name !== metric);
    return overlaid ? [...others, metric] : others;
  }
}

function wholeOf(extents: readonly Extent[]): Extent {
  return { min: Math.min(...extents.map(({ min }) => min)), max: Math.max(...extents.map(({ max }) => max)) };
}

/** What has to be asked of the host for these charts. */
export function metricsNeeded({ metrics }: CompareState): string[] {
  const accuracy = metrics.includes('eval/accuracy') ? ['eval/accuracy_low', 'eval/accuracy_high'] : [];
  return [...new Set([...metrics, ...accuracy])];
}
