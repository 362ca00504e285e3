/** Answers what reward functions ask of the engine. */
import { UserError } from '../../protocol/errors.ts';
import type { RewardConfig } from '../../protocol/experiment.ts';
import type { Question } from '../../protocol/services.ts';
import { askJudge, judgeEndpoints } from './judge.ts';
import { JudgeReplies } from './judgeReplies.ts';
import { runTests } from './runTests.ts';

export interface ServiceOptions {
  /** What judges said already; without it, as of a run that begins. */
  readonly judgeReplies?: JudgeReplies;
  /** No judge is asked anything new: scores of every keystroke, and of thousands of completions at every save, would be paid for. */
  readonly onlyKnownReplies?: boolean;
}

const NOT_NOW =
  'A judge is asked nothing new while you type or to compare versions. ' +
  'Save the file to have it asked about the group that is read in Outputs, or start a run.';

/** Resolves with an answer that JSON can say. Rejects with what to tell the reward function, and when the signal aborts. */
export type Serve = (question: Question, signal: AbortSignal) => Promise<unknown>;

/**
 * @param rewards where questions may go is what they name in their options
 * @param folder of the experiment
 */
export function serveWith(
  { judgeReplies = new JudgeReplies(), onlyKnownReplies = false }: ServiceOptions,
  rewards: readonly Pick<RewardConfig, 'options'>[],
  folder: string,
): Serve {
  const endpoints = judgeEndpoints(rewards);
  return async (question, signal) => {
    if (question.service === 'runTests') return runTests(question, folder, signal);
    const ask = (): Promise<string> =>
      onlyKnownReplies ? Promise.reject(new UserError(NOT_NOW)) : askJudge(question, { endpoints }, signal);
    return { reply: await judgeReplies.get(question, ask) };
  };
}
