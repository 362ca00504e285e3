/** Recipes on parallel coordinates. The table beneath says the same in words: what is shown here to the eye is one picture to others. */
import type { RecipeTable } from '../../../engine/protocol/recipeTable.ts';
import { element } from '../../dom.ts';
import { svgElement } from '../../svgDom.ts';
import { parallelLayout, type ParallelAxis, type ParallelLayout } from './parallelLayout.ts';

export interface ParallelPlotEvents {
  /** The pointer is on the line of a row; null where it is on none. */
  readonly onHover: (row: number | null) => void;
  readonly onPick: (row: number) => void;
}

const HEIGHT = 220;
const TOP = 30;
const BOTTOM = 12;
/** Left of the first axis, and of the last one's marks. */
const LEFT = 8;
const RIGHT = 60;
/** Between axes, so that their titles are beside each other; where there is less room the picture scrolls. */
const LEAST_GAP = 84;
/** Of a letter, on average. */
const LETTER_WIDTH = 7;
/** Letters of a mark. */
const MAX_LABEL = 14;

export class ParallelPlot {
  readonly element: HTMLElement;
  readonly #events: ParallelPlotEvents;
  readonly #drawing = svgElement('svg', { role: 'img', class: 'parallel' });
  readonly #lines = new Map<number, SVGGElement>();
  #layout: ParallelLayout | null = null;
  #baseline = -1;

  constructor(events: ParallelPlotEvents) {
    this.#events = events;
    this.element = element('div', {
      class: 'scroller',
      attributes: { role: 'group', tabindex: '0', 'aria-label': 'Settings and accuracy' },
    });
    this.element.append(this.#drawing);
    this.#drawing.addEventListener('pointerleave', () => events.onHover(null));
    new ResizeObserver(() => this.#draw()).observe(this.element);
  }

  /** @returns how many settings have no room in it */
  render(table: RecipeTable): number {
    const layout = parallelLayout(table);
    this.#layout = layout;
    this.#baseline = table.rows.findIndex(({ isBaseline }) => isBaseline);
    const { axes, lines, left } = layout;
    this.#drawing.setAttribute(
      'aria-label',
      `${lines.length} recipes by ${axes.map(({ path }) => path).join(', ')}; the table below says the same`,
    );
    this.#draw();
    return left;
  }

  /** Brings out the line of a row, before all others. */
  highlight(row: number | null): void {
    this.#drawing.classList.toggle('has-highlight', row !== null && this.#lines.has(row));
    for (const [of, line] of this.#lines) {
      line.classList.toggle('highlighted', of === row);
      // A line that is moved loses the pointer, so only where it has to be.
      if (of === row && line.parentNode?.lastChild !== line) line.parentNode?.append(line);
    }
  }

  #draw(): void {
    const layout = this.#layout;
    if (layout === null) return;
    const { axes, lines } = layout;
    const gaps = axes.length - 1;
    const width = Math.max(this.element.clientWidth, LEFT + RIGHT + gaps * LEAST_GAP);
    this.#drawing.setAttribute('width', String(width));
    this.#drawing.setAttribute('height', String(HEIGHT));
    const x = (index: number): number => LEFT + ((width - LEFT - RIGHT) * index) / Math.max(1, gaps);
    this.#lines.clear();
    for (const { row, at } of lines) this.#lines.set(row, this.#line(row, pointsOf(at, x)));
    const letters = Math.floor((x(1) - x(0)) / LETTER_WIDTH) - 1;
    this.#drawing.replaceChildren(
      svgElement('g', {}, ...this.#lines.values()),
      ...axes.map((axis, index) =>
        axisOf(axis, { x: x(index), isFirst: index === 0, isLast: index === gaps, letters }),
      ),
    );
  }

  #line(row: number, points: string): SVGGElement {
    const kind = row === this.#baseline ? 'recipe-line baseline' : 'recipe-line';
    const reach = svgElement('polyline', { points, class: 'reach' });
    reach.addEventListener('pointerenter', () => this.#events.onHover(row));
    reach.addEventListener('click', () => this.#events.onPick(row));
    return svgElement('g', { class: kind }, svgElement('polyline', { points, class: 'shown' }), reach);
  }
}

function y(at: number): number {
  return TOP + (HEIGHT - TOP - BOTTOM) * (1 - at);
}

function pointsOf(at: readonly number[], x: (index: number) => number): string {
  return at.map((place, index) => `${x(index).toFixed(1)},${y(place).toFixed(1)}`).join(' ');
}

interface AxisPlace {
  readonly x: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** Of a title that fits between two axes. */
  readonly letters: number;
}

function axisOf({ title, path, ticks }: ParallelAxis, { x, isFirst, isLast, letters }: AxisPlace): SVGGElement {
  const anchor = isFirst ? 'start' : isLast ? 'end' : 'middle';
  const shift = isFirst ? -LEFT : isLast ? RIGHT : 0;
  return svgElement(
    'g',
    { class: 'parallel-axis' },
    svgElement('line', { x1: x, x2: x, y1: y(1), y2: y(0) }),
    svgElement(
      'text',
      { x: x + shift, y: TOP - 14, 'text-anchor': anchor, class: 'parallel-title' },
      svgElement('title', {}, path),
      cut(title, letters),
    ),
    ...ticks.map(({ at, label }) =>
      svgElement('text', { x: x + 6, y: y(at) + 4 }, svgElement('title', {}, label), cut(label, MAX_LABEL)),
    ),
  );
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, Math.max(1, length - 1))}…` : text;
}
