/** The answer to `rlvr_get_worst_problems`. */
import type { WorstProblemsInput } from '../../protocol/agentTools.ts';
import type { CompletionRecord, ProblemRecord } from '../../protocol/run.ts';
import { RunReader } from '../../run/reader.ts';
import { plural } from '../../words/format.ts';
import { worstProblems, type ProblemResult, type ProblemResults } from '../worstProblems.ts';
import { findRun, type RunPlaces } from './places.ts';
import { inline, Quotation, rounded } from './untrusted.ts';

/** Characters of an answer: a tenth of a large context window. What does not fit is named, and "skip" shows it. */
const MAX_ANSWER = 60_000;

/** @throws UserError where there is no such run, or it cannot be read */
export function worstProblemsText(
  places: RunPlaces,
  { run, split, limit, skip, completions }: WorstProblemsInput,
  quotation = new Quotation(),
): string {
  const reader = RunReader.open(findRun(places, run));
  try {
    return reader.snapshot(() => {
      const results = worstProblems(reader, split);
      if (results.steps === null) return `Run ${run} has no completions of the ${results.split} problems yet.`;
      const parts = [quotation.note, heading(run, results)];
      let shown = skip;
      for (const result of results.problems.slice(skip, skip + limit)) {
        const record = reader.problem(results.split, result.problem);
        const text = describe(result, record, { completions, quotation });
        if (shown > skip && length(parts) + text.length > MAX_ANSWER) break;
        parts.push(text);
        shown++;
      }
      const left = results.problems.length - shown;
      if (left > 0)
        parts.push(`${plural(left, 'more problem')}, solved as often or more: "skip": ${shown} shows the next.`);
      return parts.join('\n\n');
    });
  } finally {
    reader.close();
  }
}

function heading(run: string, { split, steps, solvedBy, problems }: ProblemResults): string {
  const [first, last] = steps ?? [0, 0];
  const when = split === 'train' ? `training steps ${first} to ${last}` : `the evaluation after step ${last}`;
  const solved = problems.filter((problem) => problem.solved === problem.completions.length).length;
  const by =
    solvedBy === null
      ? 'Nothing is rewarded.'
      : `Solved means that the reward ${JSON.stringify(inline(solvedBy))} is 1.`;
  return (
    `Run ${run}, ${split} problems in ${when}: ${plural(problems.length, 'problem')}, ${solved} of them solved by every completion. ${by} ` +
    'The worst first:'
  );
}

function describe(
  { problem, task, row, solved, meanReward, completions }: ProblemResult,
  record: ProblemRecord | null,
  options: { readonly completions: number; readonly quotation: Quotation },
): string {
  const { quotation } = options;
  const cut = completions.filter(({ stopReason }) => stopReason === 'length').length;
  const failed = completions.filter(({ rewards }) =>
    Object.values(rewards).some((verdict) => 'error' in verdict),
  ).length;
  const facts = [
    `solved ${solved} of ${plural(completions.length, 'completion')}`,
    meanReward === null ? 'no reward' : `mean reward ${rounded(meanReward)}`,
    `${cut} cut off at the length limit`,
    `${failed} with an error in a reward function`,
  ];
  return [
    `${task === null ? `Problem ${problem} (row of the dataset file, from 0)` : `Problem ${problem} (row ${row} of the task ${inline(task)}, from 0)`}: ${facts.join(', ')}.`,
    ...(record === null
      ? []
      : [quotation.block('prompt', record.prompt), quotation.block('dataset row', JSON.stringify(record.row))]),
    ...completions.slice(0, options.completions).map((completion) => describeCompletion(completion, quotation)),
  ].join('\n');
}

function describeCompletion(
  { key, stopReason, reward, rewards, text }: CompletionRecord,
  quotation: Quotation,
): string {
  const verdicts = Object.entries(rewards).map(([name, verdict]) => [
    inline(name),
    'error' in verdict ? { error: verdict.error.kind, message: inline(verdict.error.message) } : verdict.value,
  ]);
  const scores = JSON.stringify({ reward, ...Object.fromEntries(verdicts) });
  const source = `completion, step ${key.step}, sample ${key.sample}`;
  return `${quotation.block(source, text)}\nstop reason ${stopReason}, scores ${scores}`;
}

function length(parts: readonly string[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
