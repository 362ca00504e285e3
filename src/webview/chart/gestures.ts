/** Wheel, pan and keyboard of a chart. Selecting a box with the mouse is uPlot's own. */
import { valueAt, zoomed, type Scale } from './scale.ts';
import type { Extent } from './content.ts';

/** What a gesture needs to know of a chart, and what it asks of it. */
export interface GestureTarget {
  /** The plotting area on the page. */
  area(): DOMRect;
  scale(axis: 'x' | 'left'): Scale;
  zoomX(extent: Extent): void;
  zoomY(extent: Extent): void;
  reset(): void;
  /** Moves the cursor by so many points. */
  moveCursor(points: number): void;
  /** Where the cursor is, from 0 to 1 over the x axis; null where there is none. */
  cursorPlace(): number | null;
}

/** Of one key press, or one notch of the wheel. */
const ZOOM = 0.8;
const PAN = 0.2;
/** What a wheel tells of one notch, in pixels. */
const NOTCH = 100;
/** Points that Page Up and Page Down skip. */
const PAGE = 10;

export const KEYBOARD_HELP =
  'Left and right move the cursor, plus and minus zoom, Shift with left and right pans, Shift with up and down zooms the values, 0 resets.';

/** Ctrl and wheel, or a pinch: zooms around the pointer; over the value axis, the values alone. */
export function onWheel(target: GestureTarget, event: WheelEvent): void {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  if (event.deltaY === 0) return;
  const area = target.area();
  // A pinch comes as many small turns of a wheel.
  const notches = Math.max(-1, Math.min(1, event.deltaY / NOTCH));
  const factor = (1 / ZOOM) ** notches;
  if (event.clientX < area.left) {
    target.zoomY(zoomed(target.scale('left'), factor, (area.bottom - event.clientY) / area.height));
  } else {
    target.zoomX(zoomed(target.scale('x'), factor, (event.clientX - area.left) / area.width));
  }
}

/** A press with Shift, or of the wheel, begins to pan, which follows the pointer until it is let go; another press is left alone. */
export function startPan(target: GestureTarget, event: MouseEvent): void {
  if (!(event.button === 0 && event.shiftKey) && event.button !== 1) return;
  event.preventDefault();
  event.stopPropagation();
  const area = target.area();
  const [x, y] = [target.scale('x'), target.scale('left')];
  const move = (moved: MouseEvent): void => {
    const right = (event.clientX - moved.clientX) / area.width;
    const up = (moved.clientY - event.clientY) / area.height;
    target.zoomX({ min: valueAt(x, right), max: valueAt(x, 1 + right) });
    // A hand does not move in a straight line.
    if (Math.abs(moved.clientY - event.clientY) > STRAIGHT) {
      target.zoomY({ min: valueAt(y, up), max: valueAt(y, 1 + up) });
    }
  };
  const end = (): void => {
    window.removeEventListener('mousemove', move);
    window.removeEventListener('mouseup', end);
  };
  window.addEventListener('mousemove', move);
  window.addEventListener('mouseup', end);
}

/** Pixels up or down that are still a movement to the side. */
const STRAIGHT = 12;

export function onKey(target: GestureTarget, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const action = event.shiftKey ? (SHIFTED[event.key] ?? PLAIN[event.key]) : PLAIN[event.key];
  if (action === undefined) return;
  event.preventDefault();
  action(target);
}

type Action = (target: GestureTarget) => void;

const pan =
  (share: number): Action =>
  (target) => {
    const scale = target.scale('x');
    target.zoomX({ min: valueAt(scale, share), max: valueAt(scale, 1 + share) });
  };
const zoomX =
  (factor: number): Action =>
  (target) =>
    target.zoomX(zoomed(target.scale('x'), factor, target.cursorPlace() ?? 0.5));
const zoomY =
  (factor: number): Action =>
  (target) =>
    target.zoomY(zoomed(target.scale('left'), factor, 0.5));
const move =
  (points: number): Action =>
  (target) =>
    target.moveCursor(points);

const PLAIN: Readonly<Record<string, Action>> = {
  ArrowLeft: move(-1),
  ArrowRight: move(1),
  PageDown: move(-PAGE),
  PageUp: move(PAGE),
  Home: move(-Infinity),
  End: move(Infinity),
  '+': zoomX(ZOOM),
  '=': zoomX(ZOOM),
  '-': zoomX(1 / ZOOM),
  '0': (target) => target.reset(),
  Escape: (target) => target.reset(),
};

const SHIFTED: Readonly<Record<string, Action>> = {
  ArrowLeft: pan(-PAN),
  ArrowRight: pan(PAN),
  ArrowUp: zoomY(ZOOM),
  ArrowDown: zoomY(1 / ZOOM),
};
