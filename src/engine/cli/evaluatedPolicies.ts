/** Several evaluated policies of a run as text. */
import { comparePolicies, type ComparedPolicy, type MeasuredPolicy } from '../analysis/compare/policies.ts';
import { ONE_RUN } from '../analysis/compare/verdict.ts';
import type { PolicyName } from '../protocol/policyName.ts';
import { count, percent } from '../words/format.ts';
import { printJson } from './json.ts';
import { renderTable, type Column } from './table.ts';
import { wrap } from './text.ts';
import type { CommandIO } from './command.ts';

/** @param checkpoints as they were asked for */
export function policyLines(
  policies: readonly MeasuredPolicy[],
  checkpoints: readonly PolicyName[] | 'all',
  width: number,
): string[] {
  const split = policies[0]?.summary.split;
  const chosen = split === 'validation' && (checkpoints === 'all' || checkpoints.includes('best'));
  return [
    ...renderTable(columns(policies[0]?.summary.step ?? 0), comparePolicies(policies), width),
    '',
    ...(chosen ? wrap(CHOSEN, width) : []),
    ...wrap(ONE_RUN, width),
  ];
}

/** One line for each that is compared with the first, beside the events of their evaluations. */
export function printChanges(policies: readonly MeasuredPolicy[], { stdout }: CommandIO): void {
  const against = policies[0]?.summary.step;
  for (const { summary, change } of comparePolicies(policies))
    if (change !== null)
      printJson(stdout, { event: 'change', step: summary.step, against, split: summary.split, change });
}

const CHOSEN =
  'The best was chosen by its accuracy on these very problems, which is therefore optimistic; `--split test` tells what it is worth.';

function columns(first: number): Column<ComparedPolicy>[] {
  return [
    { title: 'after step', cell: ({ summary }) => count(summary.step), align: 'right' },
    { title: 'part', cell: ({ summary }) => summary.split, dropOrder: 1 },
    { title: 'problems', cell: ({ summary }) => count(summary.problems), align: 'right', dropOrder: 2 },
    { title: 'accuracy', cell: ({ summary }) => percent(summary.accuracy.value), align: 'right' },
    {
      title: '95 % interval',
      cell: ({ summary: { accuracy } }) => `${(100 * accuracy.low).toFixed(1)} to ${(100 * accuracy.high).toFixed(1)}`,
      align: 'right',
    },
    { title: `against step ${count(first)}`, cell: ({ words }) => words, minWidth: 12 },
  ];
}
