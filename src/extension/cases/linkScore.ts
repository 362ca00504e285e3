/** Scores of groups that are at hand, by the engine that a window has for questions. One of these for a window: its questions wait for each other. */
import type { RewardResult } from '../../engine/protocol/completion.ts';
import type { ScoreGroups } from '../../engine/cases/runCases.ts';
import type { Scores, ScoreQuestion } from '../engine/engineQuestions.ts';

export function linkScore(score: (question: ScoreQuestion) => Promise<Scores>): ScoreGroups {
  /** The engine gives up what it scores with other rewards when the next question comes. */
  let last: Promise<unknown> = Promise.resolve();
  return async ({ config, baseDir }, groups) => {
    const question: ScoreQuestion = {
      rewards: [config],
      baseDir,
      unsaved: [],
      live: false,
      of: { kind: 'given', groups: [...groups] },
    };
    const answered = last.then(() => score(question));
    last = answered.catch(() => undefined);
    const scores = await answered;
    const results = resultsOf(scores);
    let start = 0;
    return scores.samples.map((samples) => results.slice(start, (start += samples)));
  };
}

/** Of the first reward, which is the only one that was asked for. */
function resultsOf({ byReward, errors }: Scores): RewardResult[] {
  const failures = new Map(errors.map(({ completion, kind, message }) => [completion, { kind, message }]));
  return Array.from(byReward[0] ?? [], (value, index) => {
    const error = failures.get(index);
    return error === undefined ? { value: Number.isNaN(value) ? null : value } : { error };
  });
}
