/** What a run says at its end, in plain English: what changed, whether that can be chance, and what to do next. */
import type { BestPolicy, EarlyEnd, EngineEvent, MeasuredSummary } from '../protocol/events.ts';
import { count, percent, plural } from '../words/format.ts';
import { claim, onProblems, ONE_RUN } from './compare/verdict.ts';
import { formSentences } from './lenient/lenientWords.ts';
import { taskAccuracies, taskChangeSentences } from './taskWords.ts';

export type StoppedEvent = Extract<EngineEvent, { event: 'stopped' }>;
export type DoneEvent = Extract<EngineEvent, { event: 'done' }>;

/** Sentences about the held-out accuracy and the course it took; empty where nothing was evaluated. */
export function outcomeSentences({
  early = null,
  best = null,
  ...change
}: Pick<DoneEvent, 'before' | 'after' | 'interval' | 'form' | 'tasks' | 'best' | 'early'>): string[] {
  return [
    ...(early === null ? [] : [earlyEndSentence(early)]),
    ...changeSentences(change),
    ...(best === null || change.after === null || isTheBeginning(best) ? [] : [bestSentence(best)]),
  ];
}

/** Of two evaluations, that before training: the change from it to the other says it all. */
function isTheBeginning({ evaluation, chosenFrom }: BestPolicy): boolean {
  return evaluation.step === 0 && chosenFrom <= 2;
}

/** Why a run was over before its last step. */
export function earlyEndSentence({ step, steps, best, evaluations }: EarlyEnd): string {
  const beaten = best === 0 ? 'the one before training' : `that of step ${count(best)}`;
  return (
    `Stopped early after step ${count(step)} of ${count(steps)}: ` +
    `${plural(evaluations, 'evaluation')} in a row did not beat ${beaten} (evaluation.stopEarly).`
  );
}

/** A policy that was chosen by its accuracy, in words that do not sell that as what it is worth. */
export function bestSentence({ evaluation, chosenFrom, kept, testable = false }: BestPolicy): string {
  const { step, accuracy, problems } = evaluation;
  const value = percent(accuracy.value);
  if (step === 0)
    return `None of ${plural(chosenFrom - 1, 'later evaluation')} was better than that before training (${value}).`;
  return (
    `The best of ${plural(chosenFrom, 'evaluation')} was that of step ${count(step)}: ${value} on ${plural(problems, 'problem')}` +
    `${kept ? ', and its policy is kept' : '; its policy is not kept'}. It was chosen by that number, which is therefore optimistic; ` +
    `what it is worth only other problems tell${kept && testable ? ' (`rlvr eval <run> --checkpoint best --split test`)' : ''}.`
  );
}

/** What became of the accuracy on a part of the data. */
export function changeSentences({
  before,
  after,
  interval,
  form,
  tasks,
}: Pick<DoneEvent, 'before' | 'after' | 'interval' | 'form' | 'tasks'>): string[] {
  const only = after === null ? before : before === null || before.step === after.step ? after : null;
  if (only !== null) return [accuracySentence(only), ...taskAccuracies(only)];
  if (before === null || after === null) return [];
  const went = `${measureName(after)} went from ${percent(before.accuracy.value)} to ${percent(after.accuracy.value)}`;
  if (interval === null) return [`${went} (${plural(after.problems, 'problem')}).`];
  const { problems } = after;
  return [
    `${went}, ${onProblems(problems)}: ${claim({ difference: interval, problems })}.`,
    ...taskChangeSentences(tasks),
    ...formSentences(before, after, interval, form),
    ONE_RUN,
  ];
}

/** The accuracy of one evaluation with its interval. */
export function accuracySentence(evaluation: MeasuredSummary): string {
  const { step, problems, accuracy } = evaluation;
  return (
    `${measureName(evaluation)} ${step === 0 ? 'before training' : `after step ${count(step)}`} is ${percent(accuracy.value)} ` +
    `(95 % interval ${percent(accuracy.low)} to ${percent(accuracy.high)}, ${plural(problems, 'problem')}).`
  );
}

const MEASURE_NAMES: Readonly<Record<MeasuredSummary['split'], string>> = {
  train: 'Accuracy on the training part',
  validation: 'Held-out accuracy',
  test: 'Accuracy on the test split',
};

function measureName({ split }: MeasuredSummary): string {
  return MEASURE_NAMES[split];
}

/** How far a run came that was stopped, and from where it goes on. */
export function stoppedSentence({ step, resumesAfter, early = null }: StoppedEvent, steps: number | null): string {
  if (step === 0) return 'Stopped before the first step was done.';
  const stopped = `Stopped after step ${count(step)}${steps === null ? '' : ` of ${count(steps)}`}`;
  if (resumesAfter >= step && (early !== null || step === steps)) {
    const ended = early === null ? `${stopped}, the last.` : earlyEndSentence(early);
    return `${ended} It was stopped before it was finished; resumed, it does what is left after training.`;
  }
  if (resumesAfter >= step) return `${stopped}; resumed, it goes on as if it had not been stopped.`;
  const again =
    resumesAfter + 1 === step ? `step ${count(step)} is` : `steps ${count(resumesAfter + 1)} to ${count(step)} are`;
  const from = resumesAfter === 0 ? 'the start' : `the checkpoint of step ${count(resumesAfter)}`;
  return `${stopped}; resumed, it goes on from ${from}: ${again} computed again, to the same values (checkpoint.every says how often one is written).`;
}
