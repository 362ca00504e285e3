/** What is set for all charts at once: the horizontal axis, smoothing, and the way back from a zoom. */
import { X_AXIS_KINDS, X_AXIS_NAMES, type XAxisKind } from '../chart/axes.ts';
import { element } from '../dom.ts';
import { button, dropdown, slider, type ButtonControl } from '../ui.ts';
import { MAX_SMOOTHING, type DashboardState } from './state.ts';

export interface ToolbarEvents {
  readonly onAxis: (axis: XAxisKind) => void;
  readonly onSmoothing: (smoothing: number) => void;
  readonly onReset: () => void;
}

const SMOOTHING_STEP = 0.01;

export class Toolbar {
  readonly element: HTMLElement;
  readonly #reset: ButtonControl;

  constructor({ axis, smoothing }: DashboardState, events: ToolbarEvents) {
    this.#reset = button({ label: 'Reset Zoom', icon: 'discard', onClick: events.onReset });
    this.element = element(
      'div',
      { class: 'toolbar charts-toolbar', attributes: { role: 'toolbar', 'aria-label': 'Charts' } },
      dropdown({
        label: 'Horizontal axis',
        labelShown: true,
        choices: X_AXIS_KINDS.map((value) => ({ value, label: X_AXIS_NAMES[value] })),
        value: axis,
        onChange: events.onAxis,
      }).element,
      slider({
        label: 'Smoothing',
        min: 0,
        max: MAX_SMOOTHING,
        step: SMOOTHING_STEP,
        value: smoothing,
        format: (value) => (value === 0 ? 'off' : value.toFixed(2)),
        onInput: events.onSmoothing,
      }).element,
      this.#reset.element,
      element('span', { class: 'hint quiet', text: 'Drag to zoom, Shift+drag to pan, double-click to reset' }),
    );
    this.setZoomed(false);
  }

  setZoomed(zoomed: boolean): void {
    this.#reset.element.hidden = !zoomed;
  }
}
