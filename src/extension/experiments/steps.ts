/** Steps one after the other, each of which may ask something, with a way back. */

/** The user wants the question before. */
export const BACK = Symbol('back');

/** undefined where the user gave up. */
export type Answer<Value> = Value | typeof BACK | undefined;

/** From what was answered so far to that and one answer more. */
export type Step<State, Ask> = (state: State, ask: Ask) => Promise<Answer<State>>;

/**
 * The state after all steps; undefined where the user gave up. A step that asked nothing is passed over on the way back too.
 * @param questioner for a step; `canGoBack` where one before it has asked
 */
export async function runSteps<State, Ask extends { readonly asked: boolean }>(
  initial: State,
  steps: readonly Step<State, Ask>[],
  questioner: (canGoBack: boolean) => Ask,
): Promise<State | undefined> {
  const before: { readonly index: number; readonly state: State }[] = [];
  let state = initial;
  for (let index = 0; index < steps.length;) {
    const ask = questioner(before.length > 0);
    const answer = await steps[index]?.(state, ask);
    if (answer === undefined) return undefined;
    if (answer === BACK) {
      const last = before.pop();
      if (last === undefined) return undefined;
      ({ index, state } = last);
      continue;
    }
    if (ask.asked) before.push({ index, state });
    state = answer;
    index += 1;
  }
  return state;
}
