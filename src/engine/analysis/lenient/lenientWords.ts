/** Strict and lenient matching, and what several samples show, in plain English. */
import type { EvaluationSummary, FormChange, MeasuredSummary } from '../../protocol/events.ts';
import type { Estimate } from '../../protocol/metrics.ts';
import { percent } from '../../words/format.ts';
import { claim, verdictOf } from '../compare/verdict.ts';

/** Of the measures of an evaluation. */
const LENIENT = 'lenient';
const LENIENTLY = 'By the last number of each completion, in whatever form,';

/** What an evaluation measured beside its accuracy; empty where that is nothing. */
export function measureSentences({ samples, accuracy, measures = {} }: MeasuredSummary): string[] {
  const { [LENIENT]: lenient, ...others } = measures;
  const several = Object.entries(others).map(([name, estimate]) => `${name} ${withInterval(estimate)}`);
  return [
    ...(lenient === undefined ? [] : [`${LENIENTLY} it is ${withInterval(lenient)}.`]),
    ...(several.length === 0
      ? []
      : [`Of ${samples} samples each: ${[`mean@${samples} ${withInterval(accuracy)}`, ...several].join(', ')}.`]),
  ];
}

/**
 * Strict against lenient, from one evaluation to a later one on the same problems; empty where lenient matching is not known or says the
 * same throughout.
 * @param strict the change of the accuracy
 */
export function formSentences(
  before: EvaluationSummary,
  after: EvaluationSummary,
  strict: Estimate,
  form: FormChange | null | undefined,
): string[] {
  const [was, now] = [before.measures?.[LENIENT], after.measures?.[LENIENT]];
  if (!form || !was || !now) return [];
  if (was.value === before.accuracy.value && now.value === after.accuracy.value) return [];
  const { problems } = after;
  const went = `${LENIENTLY} it went from ${percent(was.value)} to ${percent(now.value)}`;
  return [
    `${went}: ${claim({ difference: form.lenient, problems }, '')}.`,
    ...(isOnlyForm(strict, form, problems) ? [ONLY_FORM] : []),
  ];
}

const ONLY_FORM =
  'More answers count as right, but that more are right cannot be told from chance: the policy has learned the form in which an answer is looked for, which is not to be sold as reasoning better.';

/** Strict accuracy rose, and by more than any rise of lenient accuracy that its interval allows, which may be none. */
function isOnlyForm(strict: Estimate, { lenient, gap }: FormChange, problems: number): boolean {
  const rose = (difference: Estimate): boolean => verdictOf({ difference, problems }) === 'better';
  return rose(strict) && rose(gap) && !rose(lenient) && lenient.high < gap.low;
}

function withInterval({ value, low, high }: Estimate): string {
  return `${percent(value)} (${percent(low)} to ${percent(high)})`;
}
