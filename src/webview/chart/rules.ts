/** Places from which on the values mean something else: a line across the chart, and what it says. */
import { element } from '../dom.ts';
import { DASHES, type Rule } from './content.ts';
import { rulesInView } from './cut.ts';
import { horizontals, type Frame } from './frame.ts';

export function drawRules(context: CanvasRenderingContext2D, rules: readonly Rule[], frame: Frame): void {
  const { area, ratio, theme } = frame;
  context.strokeStyle = theme.colours.foreground;
  context.lineWidth = ratio;
  context.setLineDash(DASHES.dashed.map((pixels) => pixels * ratio));
  for (const rule of rulesInView(rules, frame)) {
    const x = Math.round(horizontals(frame)(rule.x));
    context.beginPath();
    context.moveTo(x, area.top);
    context.lineTo(x, area.top + area.height);
    context.stroke();
  }
}

/** Share of the width from which on a label stands before its line. */
const BEFORE = 0.5;

/**
 * The words beside the lines: for the eye and the mouse alone, since a chart is one control. Who has none finds the same in words below
 * the curves.
 * @param frame in pixels of the page from the corner of the element that they are put into
 */
export function ruleLabels(rules: readonly Rule[], frame: Frame, onPress: (rule: Rule) => void): HTMLElement[] {
  return rulesInView(rules, frame).map((rule) => {
    const x = horizontals(frame)(rule.x);
    const before = x > frame.area.width * BEFORE;
    const label = element('div', {
      class: 'chart-rule',
      text: rule.label,
      title: rule.title,
      attributes: { 'aria-hidden': 'true' },
    });
    const beside = frame.area.width - x;
    if (before) label.style.right = `${beside}px`;
    else label.style.left = `${x}px`;
    label.style.maxWidth = `${before ? x : beside}px`;
    label.addEventListener('click', () => onPress(rule));
    return label;
  });
}
