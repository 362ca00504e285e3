/** The problems of an experiment as a server is asked them. */
import { dirname } from 'node:path';
import type { Problem, Problems } from '../../data/problems.ts';
import { renderChat, type ChatMessage } from '../../model/chatTemplate.ts';
import { architectureOf } from '../../model/registry.ts';
import type { ServerForm } from '../../protocol/policyServer.ts';
import { evaluated } from '../evaluate.ts';
import { nothingToEvaluate, type Part } from '../evaluatePath.ts';
import { openModel, openProblems, type OpenedModel } from '../openPolicy.ts';
import type { ServerSubject } from './serverSubject.ts';

export interface ServerQuestions {
  /** The experiment's own, by which prompts are written and counted. */
  readonly model: OpenedModel;
  readonly problems: Problems;
  /** Those that are asked. */
  readonly part: readonly Problem[];
  readonly form: ServerForm;
  /** A text to continue, or a conversation to answer. */
  readonly ask: (problem: Problem) => string | readonly ChatMessage[];
}

/**
 * The problems that a policy of the experiment's model is asked, so that the two can be compared.
 * @param form a conversation where the problems are ones, else a text, unless given
 * @throws UserError for whatever is wrong with the model's folder or the data
 */
export async function openQuestions(
  { opened: experiment, experimentPath }: ServerSubject,
  { split, form: wanted }: { readonly split: Part; readonly form?: ServerForm | undefined },
  signal: AbortSignal,
): Promise<ServerQuestions> {
  const model = await openModel(experiment, experimentPath);
  const conversations = new Map<string, readonly ChatMessage[]>();
  const problems = await openProblems(experiment, {
    ...{ baseDir: dirname(experimentPath), signal, tokenizer: model.tokenizer },
    renderChat: (messages) => {
      const text = renderChat(model.tokenizer, messages);
      conversations.set(text, messages);
      return text;
    },
    contextLength: architectureOf(model.folder.config).contextLength,
  });
  const part = evaluated(problems[split], experiment);
  if (part.length === 0) throw nothingToEvaluate(split, experiment);
  const form = wanted ?? (part.some(({ prompt }) => conversations.has(prompt)) ? 'chat' : 'completions');
  const conversationOf = ({ prompt }: Problem): readonly ChatMessage[] =>
    conversations.get(prompt) ?? [{ role: 'user', content: prompt }];
  return {
    ...{ model, problems, part, form },
    ask: (problem) => (form === 'completions' ? problem.prompt : conversationOf(problem)),
  };
}
