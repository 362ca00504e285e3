/** Points of a curve that there is something to say about: a sign above each, and words where the pointer is on it. */
import { element } from '../dom.ts';
import type { Mark } from './content.ts';
import type { Frame } from './frame.ts';
import { signOf, signPath } from './markPath.ts';

/** Draws the signs over the curves. */
export function drawMarks(context: CanvasRenderingContext2D, marks: readonly Mark[], frame: Frame): void {
  for (const mark of marks) {
    const sign = signOf(mark, frame);
    if (sign === null) continue;
    const path = new Path2D(signPath(sign));
    context.save();
    context.lineJoin = 'round';
    // A rim of the background, so that it is told from the curve behind it.
    context.strokeStyle = frame.theme.background;
    context.lineWidth = 3 * frame.ratio;
    context.stroke(path);
    context.fillStyle = frame.theme.colours[mark.colour];
    context.fill(path);
    context.restore();
  }
}

/**
 * What the pointer finds at the signs: for the mouse alone, since a chart is one control. Who has none finds the same in words below
 * the curves.
 * @param frame in pixels of the page from the corner of the element that they are put into
 */
export function markTips(marks: readonly Mark[], frame: Frame, onPress: (mark: Mark) => void): HTMLElement[] {
  return marks.flatMap((mark) => {
    const sign = signOf(mark, frame);
    if (sign === null) return [];
    const tip = element('div', { class: 'chart-mark', title: mark.title, attributes: { 'aria-hidden': 'true' } });
    tip.style.left = `${sign.x - sign.halfWidth}px`;
    tip.style.top = `${sign.top}px`;
    tip.style.width = `${2 * sign.halfWidth}px`;
    tip.style.height = `${sign.base - sign.top}px`;
    tip.addEventListener('click', () => onPress(mark));
    return [tip];
  });
}
