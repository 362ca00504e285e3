/** What is said of several tasks, each apart, beside what is said of all together. Nothing where there is only one. */
import type { EvaluationSummary, TaskChange } from '../protocol/events.ts';
import { percent, plural } from '../words/format.ts';
import { familiesOf } from './compare/family.ts';
import { brief, type Family } from './compare/verdict.ts';

/** `By task: gsm8k better by 4.1 points [1.0, 7.2]; svamp no detectable difference (+0.3), among 2 comparisons (Holm).` */
export function taskChangeSentences(tasks: readonly TaskChange[] = []): string[] {
  if (tasks.length < 2) return [];
  const families = familiesOf(tasks.map(({ pValue }) => pValue));
  const words = tasks.map(({ task, ...change }, index) => `${task} ${changeWords(change, families[index])}`);
  return [`By task: ${words.join('; ')}, among ${plural(tasks.length, 'comparison')} (Holm).`];
}

function changeWords({ change, problems }: Omit<TaskChange, 'task'>, family: Family | undefined): string {
  return brief({ difference: change, problems, ...(family && { family }) });
}

/** `By task: gsm8k 41.0 % (200 problems), svamp 62.5 % (120 problems).` */
export function taskAccuracies({ tasks = {} }: Pick<EvaluationSummary, 'tasks'>): string[] {
  const entries = Object.entries(tasks);
  if (entries.length < 2) return [];
  const words = entries.map(
    ([task, { accuracy, problems }]) => `${task} ${percent(accuracy.value)} (${plural(problems, 'problem')})`,
  );
  return [`By task: ${words.join(', ')}.`];
}
