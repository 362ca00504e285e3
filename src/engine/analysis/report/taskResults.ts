/** What came of each of several tasks, apart. */
import type { EvaluationSummary } from '../../protocol/events.ts';
import { count } from '../../words/format.ts';
import { heading, type Block } from './document.ts';
import { estimateCells } from './estimateCells.ts';

/** A table with a row for each task of each evaluation; nothing in a run of one dataset. */
export function taskResults(evaluations: readonly EvaluationSummary[]): Block[] {
  const rows = evaluations.flatMap(({ split, step, tasks = {} }) =>
    Object.entries(tasks).map(([task, { problems, accuracy, measures = {} }]) => ({
      task,
      cells: [split, count(step), count(problems), ...estimateCells(accuracy)],
      measures,
    })),
  );
  const names = [...new Set(rows.map(({ task }) => task))];
  if (names.length === 0) return [];
  const measures = [...new Set(rows.flatMap((row) => Object.keys(row.measures)))].sort();
  return [
    heading('By task', 3),
    {
      kind: 'table',
      columns: [
        ...['Task', 'Part'].map((title) => ({ title, numeric: false })),
        ...['Step', 'Problems', 'Accuracy', '95 % interval', ...measures].map((title) => ({ title, numeric: true })),
      ],
      rows: names.flatMap((name) =>
        rows
          .filter(({ task }) => task === name)
          .map((row) => [
            name,
            ...row.cells,
            ...measures.map((measure) => {
              const found = row.measures[measure];
              return found === undefined ? '' : estimateCells(found).join(' ');
            }),
          ]),
      ),
    },
  ];
}
