/** A comparison of runs as text. */
import type {
  ComparedRun,
  Comparison,
  Difference,
  MeasureName,
  PairComparison,
  PairedMeasure,
  PublishedResult,
} from '../protocol/comparison.ts';
import { describeValue } from '../words/describeValue.ts';
import { count, percent } from '../words/format.ts';
import { renderTable, type Column } from './table.ts';
import { printable, wrap } from './text.ts';

/** The lines of a comparison, wrapped to `width` cells. */
export function comparisonLines(comparison: Comparison, width: number): string[] {
  const { runs, parameters, agreement, pairs, recipes, seedGroups, cautions } = comparison;
  return [
    ...renderTable(runColumns, runs, width),
    '',
    ...parameterLines(parameters, runs, width),
    '',
    ...indented(agreement, '', width),
    ...pairs.flatMap((pair) => ['', `${pair.b} against ${pair.a}`, ...pairLines(pair, width)]),
    ...publishedLines(comparison.published, width),
    ...recipes.flatMap(({ of, sentence }) => ['', ...indented(`${MEASURES[of]}: ${sentence}`, '', width)]),
    '',
    ...[...seedGroups.map(({ sentence }) => sentence), ...cautions].flatMap((text) => indented(text, '', width)),
  ];
}

const runColumns: readonly Column<ComparedRun>[] = [
  { title: '', cell: ({ letter }) => letter },
  { title: 'run', cell: ({ id }) => id },
  { title: 'experiment', cell: ({ experiment }) => printable(experiment), minWidth: 10 },
  { title: 'status', cell: ({ status, crashed }) => (crashed ? 'crashed' : status), dropOrder: 2 },
  { title: 'steps', cell: ({ lastStep, steps }) => `${lastStep ?? 0}/${steps}`, align: 'right', dropOrder: 1 },
  { title: 'held-out accuracy', cell: ({ final }) => (final ? interval(final.accuracy) : ''), align: 'right' },
  {
    title: 'best',
    cell: ({ best }) => (best ? `${percent(best.accuracy.value)} at ${best.step}` : ''),
    align: 'right',
  },
];

function interval({ value, low, high }: { value: number; low: number; high: number }): string {
  return `${percent(value)} (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`;
}

/** Wide enough to tell most values apart where the terminal is narrow. */
const MIN_VALUE_WIDTH = 8;

function parameterLines(parameters: readonly Difference[], runs: readonly ComparedRun[], width: number): string[] {
  if (parameters.length === 0) return ['No parameter differs.'];
  const values = runs.map(({ letter }, index): Column<Difference> => {
    const cell = (row: Difference): string => printable(describeValue(row.values[index]));
    return { title: letter, cell, align: 'right', minWidth: MIN_VALUE_WIDTH };
  });
  return renderTable([{ title: 'what differs', cell: ({ path }) => printable(path) }, ...values], parameters, width);
}

/** Marked as what they are, since they stand beside what was measured. */
function publishedLines(published: readonly PublishedResult[], width: number): string[] {
  if (published.length === 0) return [];
  return ['', 'Published by others, not measured here', ...renderTable(publishedColumns, published, width)];
}

const publishedColumns: readonly Column<PublishedResult>[] = [
  { title: 'benchmark', cell: ({ benchmark }) => benchmark, dropOrder: 1 },
  { title: 'model', cell: ({ model }) => model, minWidth: 10 },
  { title: 'setting', cell: ({ setting }) => setting, minWidth: 10 },
  { title: 'result', cell: ({ result }) => result, minWidth: 10 },
  { title: 'source', cell: ({ source }) => source, minWidth: 10 },
];

const MEASURES: Readonly<Record<MeasureName, string>> = { final: 'Final', best: 'Best', test: 'Test split' };

function pairLines({ refused, measures, a, b }: PairComparison, width: number): string[] {
  if (refused !== null) return indented(refused, '  ', width);
  return measures.flatMap((measure) => [
    ...indented(`${MEASURES[measure.of]}: ${measure.sentence}`, '  ', width),
    ...solvedLine(measure, a, b),
    ...measure.tasks.flatMap(({ sentence }) => indented(sentence, '    ', width)),
    ...measure.cautions.flatMap((caution) => indented(caution, '    ', width)),
  ]);
}

function solvedLine({ result }: PairedMeasure, a: string, b: string): string[] {
  if (result === null) return [];
  const { both, onlyA, onlyB, neither } = result.winLose;
  const cells = [
    `both ${count(both.length)}`,
    `only ${a} ${count(onlyA.length)}`,
    `only ${b} ${count(onlyB.length)}`,
    `neither ${count(neither.length)}`,
  ];
  return [`    solved by ${cells.join(', ')}`];
}

function indented(text: string, margin: string, width: number): string[] {
  return wrap(printable(text), width - margin.length).map((line) => margin + line);
}
