/** What a run says at its end, in plain English: what changed, whether that can be chance, and what to do next. */
import type { EngineEvent, EvaluationSummary } from '../protocol/events.ts';
import type { Estimate } from '../protocol/metrics.ts';
import { count, percent, plural, points } from '../words/format.ts';

export type StoppedEvent = Extract<EngineEvent, { event: 'stopped' }>;
export type DoneEvent = Extract<EngineEvent, { event: 'done' }>;

/** Sentences about the held-out accuracy; empty where nothing was evaluated. */
export function outcomeSentences({
  before,
  after,
  interval,
}: Pick<DoneEvent, 'before' | 'after' | 'interval'>): string[] {
  if (after === null) return [];
  if (before === null || before.step === after.step) return [accuracySentence(after)];
  const change = interval?.value ?? after.accuracy.value - before.accuracy.value;
  const details = [
    `${points(change)} points`,
    ...(interval === null ? [] : [`95 % interval ${points(interval.low)} to ${points(interval.high)}`]),
    plural(after.problems, 'problem'),
  ].join(', ');
  const went = `${measureName(after)} went from ${percent(before.accuracy.value)} to ${percent(after.accuracy.value)}`;
  return [`${went} (${details}).`, ...(interval === null ? [] : [verdict(interval, after.problems)])];
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

/** Resampling so few problems says little about others. */
const FEW_PROBLEMS = 30;

function verdict({ low, high }: Estimate, problems: number): string {
  if (problems < FEW_PROBLEMS) return `With ${plural(problems, 'problem')} the interval says little: measure on more.`;
  if (low > 0) return 'The interval excludes 0: the gain is more than chance.';
  if (high < 0) return 'The interval excludes 0: the policy has become worse, by more than chance.';
  return 'The interval includes 0: this may be chance. More steps, or more held-out problems, would tell.';
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
