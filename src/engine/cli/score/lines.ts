/** What the scores of a run have become, for a terminal. */
import { basename } from 'node:path';
import type { StoredGroup } from '../../protocol/scoring.ts';
import { measure, percent, plural } from '../../words/format.ts';
import { renderTable, type Column } from '../table.ts';
import { printable } from '../text.ts';
import type { ScoreDifference, ScoreSummary } from './tally.ts';

/** What the scores of a run have become. */
export interface StoredScores {
  readonly runDir: string;
  readonly split: StoredGroup['split'];
  readonly completions: number;
  /** The first and the newest that has been looked at; null where there was none. */
  readonly steps: readonly [number, number] | null;
  /** In the experiment's order. */
  readonly rewards: readonly (ScoreDifference & { readonly name: string })[];
  /** The weighted sum. */
  readonly sum: ScoreDifference;
}

/** Messages of one function; the rest is counted. */
const MAX_FAILURES = 3;

type Row = ScoreDifference & { readonly name: string };

const columns: readonly Column<Row>[] = [
  { title: 'reward', cell: ({ name }) => printable(name), minWidth: 7 },
  { title: 'mean', cell: pair(({ mean }) => (mean === null ? 'none' : measure(mean))), align: 'right' },
  { title: 'pass', cell: pair(passShare), align: 'right' },
  { title: 'errors', cell: pair(({ errors }) => String(errors)), align: 'right' },
  { title: 'not applicable', cell: pair((summary) => String(summary.notApplicable)), align: 'right', dropOrder: 1 },
  { title: 'changed', cell: ({ before, changed }) => (before === null ? 'new' : String(changed)), align: 'right' },
];

/** @param width cells of the terminal */
export function scoreLines({ runDir, split, completions, steps, rewards, sum }: StoredScores, width: number): string[] {
  const run = printable(basename(runDir));
  if (steps === null) return [`${run} has no such completions.`];
  const [first, last] = steps;
  const where = first === last ? `step ${first}` : `steps ${first} to ${last}`;
  const rows: Row[] = [...rewards, ...(rewards.length > 1 ? [{ name: 'weighted sum', ...sum }] : [])];
  return [
    `${plural(completions, 'completion')} of ${run}, ${split}, ${where}: before → now`,
    '',
    ...renderTable(columns, rows, width),
    ...rewards.flatMap(failureLines),
  ];
}

/** `0.312 → 0.344`; once where nothing changed. */
function pair(text: (summary: ScoreSummary) => string): (row: Row) => string {
  return ({ before, now }) => {
    const after = text(now);
    const was = before === null ? after : text(before);
    return was === after ? after : `${was} → ${after}`;
  };
}

/** Of all that was asked, errors too: what failed did not pass. */
function passShare({ passed, scored, errors }: ScoreSummary): string {
  const asked = scored + errors;
  return asked === 0 ? 'none' : percent(passed / asked);
}

function failureLines({ name, failures }: Row): string[] {
  const shown = failures.slice(0, MAX_FAILURES);
  const rest = failures.slice(MAX_FAILURES).reduce((total, { count }) => total + count, 0);
  if (shown.length === 0) return [];
  return [
    '',
    `Errors of ${printable(name)}:`,
    ...shown.map(({ message, count }) => `  ${count} × ${printable(message)}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}
