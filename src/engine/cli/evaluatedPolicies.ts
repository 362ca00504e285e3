/** Several evaluated policies of a run as text. */
import { comparePolicies, type ComparedPolicy } from '../analysis/compare/policies.ts';
import { ONE_RUN } from '../analysis/compare/verdict.ts';
import type { EvaluatedPolicies } from '../trainer/evaluatePath.ts';
import { count, percent } from '../words/format.ts';
import { printJson } from './json.ts';
import { renderTable, type Column } from './table.ts';
import { wrap } from './text.ts';
import type { CommandIO } from './command.ts';

export function policyLines(evaluated: EvaluatedPolicies, width: number): string[] {
  const { policies } = evaluated;
  const lines = [...chosenSentences(evaluated), ONE_RUN].flatMap((sentence) => wrap(sentence, width));
  return [...renderTable(columns(policies[0]?.summary.step ?? 0), comparePolicies(policies), width), '', ...lines];
}

/** What to know where the run's best is measured by what it was chosen by, under whichever name it was asked for. */
export function chosenSentences({ policies, best }: EvaluatedPolicies): string[] {
  const isShown = policies.some(({ summary: { split, step } }) => split === 'validation' && step === best);
  return isShown ? [`Step ${count(best ?? 0)} ${CHOSEN}`] : [];
}

/** One line for each that is compared with the first, beside the events of their evaluations. */
export function printChanges({ policies }: EvaluatedPolicies, { stdout }: CommandIO): void {
  const against = policies[0]?.summary.step;
  for (const { summary, change, tested } of comparePolicies(policies))
    if (change !== null)
      printJson(stdout, { event: 'change', step: summary.step, against, split: summary.split, change, ...tested });
}

const CHOSEN =
  'is the best of the run, chosen by its accuracy on these very problems, which is therefore optimistic: what it is worth only others tell.';

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
