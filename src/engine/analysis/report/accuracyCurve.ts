/** The accuracy of a run's evaluations as a drawing: SVG without a script, in the colour of the text around it. */
import type { EvaluationSummary } from '../../protocol/events.ts';
import { count, percent } from '../../words/format.ts';

/** Of the drawing, in its own units; a page scales it. */
const WIDTH = 640;
const HEIGHT = 240;
const MARGIN = { left: 64, right: 16, top: 12, bottom: 32 };
const GRID = [0, 0.25, 0.5, 0.75, 1];

/** @param evaluations of one part, at least one, in the order of their steps */
export function accuracyCurve(evaluations: readonly EvaluationSummary[]): string {
  const last = Math.max(1, ...evaluations.map(({ step }) => step));
  const x = (step: number): string => round(MARGIN.left + (step / last) * (WIDTH - MARGIN.left - MARGIN.right));
  const y = (value: number): string => round(HEIGHT - MARGIN.bottom - value * (HEIGHT - MARGIN.top - MARGIN.bottom));
  const line = evaluations.map(({ step, accuracy }) => `${x(step)},${y(accuracy.value)}`).join(' ');
  const grid = GRID.map(
    (value) =>
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(value)}" y2="${y(value)}" class="grid"/>` +
      `<text x="${MARGIN.left - 8}" y="${y(value)}" text-anchor="end" dominant-baseline="middle">${percent(value)}</text>`,
  );
  const points = evaluations.map(
    ({ step, accuracy: { value, low, high } }) =>
      `<g><title>step ${count(step)}: ${percent(value)} (${percent(low)} to ${percent(high)})</title>` +
      `<line x1="${x(step)}" x2="${x(step)}" y1="${y(low)}" y2="${y(high)}" class="interval"/>` +
      `<circle cx="${x(step)}" cy="${y(value)}" r="3.5"/></g>`,
  );
  const axis = [0, last].map(
    (step) =>
      `<text x="${x(step)}" y="${HEIGHT - 10}" text-anchor="${step === 0 ? 'start' : 'end'}">step ${count(step)}</text>`,
  );
  const label = `Accuracy from step ${count(evaluations[0]?.step ?? 0)} to ${count(last)}, with 95 % intervals`;
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">` +
    `${grid.join('')}<polyline points="${line}"/>${points.join('')}${axis.join('')}</svg>`
  );
}

function round(value: number): string {
  return String(Number(value.toFixed(2)));
}
