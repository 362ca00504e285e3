/** What a reward function took for the answer of a completion, for the run to keep beside the score. */

/** Where the grader is told of answers; nowhere else is anybody there to listen. */
const LISTENER = Symbol.for('rlvr.answers');

/**
 * Says which answer was found in a completion, null for none, and gives it back: the run keeps it beside the score, where Outputs shows it,
 * "no answer found" can be told from a wrong one, and maj@k counts the votes. Nothing else comes of it: scores are the same with and
 * without. The rules of `extractionRules` and `lastNumber` say it themselves; call it after a search of your own.
 *
 * @param text the completion, or a part of it, in which the answer was looked for. Where it is not clear which of the completions being
 *   scored that is, nothing is kept; nor where two different answers were found in one
 */
export function noteAnswer<Answer extends string | null>(text: string, answer: Answer): Answer {
  const listener: unknown = Reflect.get(globalThis, LISTENER);
  if (typeof listener === 'function') Reflect.apply(listener, undefined, [text, answer]);
  return answer;
}
