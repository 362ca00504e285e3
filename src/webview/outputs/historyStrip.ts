/** A problem's pass history as a small picture: a bar for each time it was tried, as high as what was solved of it. */
import type { HistoryPoint } from '../../engine/protocol/panels/outputs.ts';
import { historyWords } from './words.ts';

const NAMESPACE = 'http://www.w3.org/2000/svg';
const BAR_WIDTH = 4;
const BAR_GAP = 1;
const HEIGHT = 14;
/** Of a bar where nothing was solved: that it was tried is seen. */
const LEAST_HEIGHT = 1.5;

/** @param step where the list stands; its bar is marked */
export function historyStrip(history: readonly HistoryPoint[], step: number): SVGSVGElement {
  const width = Math.max(0, history.length * (BAR_WIDTH + BAR_GAP) - BAR_GAP);
  const picture = shape('svg', { width, height: HEIGHT, viewBox: `0 0 ${Math.max(width, 1)} ${HEIGHT}` });
  picture.setAttribute('class', 'history');
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label', historyWords(history));
  history.forEach(({ from, to, solved, samples }, index) => {
    const height = Math.max(LEAST_HEIGHT, (HEIGHT * solved) / Math.max(1, samples));
    const bar = shape('rect', {
      x: index * (BAR_WIDTH + BAR_GAP),
      y: HEIGHT - height,
      width: BAR_WIDTH,
      height,
    });
    const here = from <= step && step <= to;
    bar.setAttribute('class', `bar${solved === 0 ? ' bar-none' : ''}${here ? ' bar-here' : ''}`);
    picture.append(bar);
  });
  return picture;
}

function shape<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
  return made;
}
