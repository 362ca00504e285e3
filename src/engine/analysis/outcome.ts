/** What a run says at its end, in plain English: what changed, whether that can be chance, and what to do next. */
import type { EngineEvent, EvaluationSummary } from '../protocol/events.ts';
import { count, percent, plural } from '../words/format.ts';
import { claim, onProblems, ONE_RUN } from './compare/verdict.ts';
import { formSentences } from './lenient/lenientWords.ts';

export type StoppedEvent = Extract<EngineEvent, { event: 'stopped' }>;
export type DoneEvent = Extract<EngineEvent, { event: 'done' }>;

/** Sentences about the held-out accuracy; empty where nothing was evaluated. */
export function outcomeSentences({
  before,
  after,
  interval,
  form,
}: Pick<DoneEvent, 'before' | 'after' | 'interval' | 'form'>): string[] {
  if (after === null) return before === null ? [] : [accuracySentence(before)];
  if (before === null || before.step === after.step) return [accuracySentence(after)];
  const went = `${measureName(after)} went from ${percent(before.accuracy.value)} to ${percent(after.accuracy.value)}`;
  if (interval === null) return [`${went} (${plural(after.problems, 'problem')}).`];
  const { problems } = after;
  return [
    `${went}, ${onProblems(problems)}: ${claim({ difference: interval, problems })}.`,
    ...formSentences(before, after, interval, form),
    ONE_RUN,
  ];
}

/** The accuracy of one evaluation with its interval. */
export function accuracySentence(evaluation: EvaluationSummary): string {
  const { step, problems, accuracy } = evaluation;
  return (
    `${measureName(evaluation)} ${step === 0 ? 'before training' : `after step ${count(step)}`} is ${percent(accuracy.value)} ` +
    `(95 % interval ${percent(accuracy.low)} to ${percent(accuracy.high)}, ${plural(problems, 'problem')}).`
  );
}

function measureName({ split }: EvaluationSummary): string {
  return split === 'test' ? 'Accuracy on the test split' : 'Held-out accuracy';
}

/** How far a run came that was stopped, and from where it goes on. */
export function stoppedSentence({ step, resumesAfter }: StoppedEvent, steps: number | null): string {
  if (step === 0) return 'Stopped before the first step was done.';
  const stopped = `Stopped after step ${count(step)}${steps === null ? '' : ` of ${count(steps)}`}`;
  if (resumesAfter >= step) return `${stopped}; resumed, it goes on as if it had not been stopped.`;
  const again =
    resumesAfter + 1 === step ? `step ${count(step)} is` : `steps ${count(resumesAfter + 1)} to ${count(step)} are`;
  const from = resumesAfter === 0 ? 'the start' : `the checkpoint of step ${count(resumesAfter)}`;
  return `${stopped}; resumed, it goes on from ${from}: ${again} computed again, to the same values (checkpoint.every says how often one is written).`;
}
