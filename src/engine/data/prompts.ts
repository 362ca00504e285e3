/** From a row to the prompt that the model reads: worked examples, system message, chat template. */
import type { ChatMessage } from '../model/chatTemplate.ts';
import type { DatasetConfig } from '../protocol/experiment.ts';
import type { DatasetRow } from './dataset.ts';
import { questionOf, questionText, type Question } from './question.ts';
import { parseTemplate, renderTemplate } from './template.ts';

/**
 * Renders messages through the model's chat template, up to where the assistant begins to speak.
 * @throws UserError where the model has no chat template or its template refuses the messages
 */
export type ChatRenderer = (messages: readonly ChatMessage[]) => string;

export interface Prompt {
  readonly text: string;
  /** A chat template writes the special tokens itself; to plain text the tokenizer adds its own. */
  readonly addSpecialTokens: boolean;
  /** The row's own question, without examples and system message. */
  readonly question: Question;
}

/** What follows each worked example in a plain prompt. */
const EXAMPLE_END = '\n';

/**
 * A function that writes the prompt of any row. A plain prompt is, for every example, prompt + completion + newline, and then the
 * row's own; in a chat the examples are earlier turns, and texts are trimmed. Rows that hold messages are a chat whatever
 * `dataset.chat` says.
 * @throws UserError where a template is malformed or an example lacks a column; from the writer, where a row does
 */
export function promptWriter(
  config: Pick<DatasetConfig, 'prompt' | 'completion' | 'system' | 'chat'>,
  examples: readonly DatasetRow[],
  renderChat: ChatRenderer,
): (row: DatasetRow) => Prompt {
  const promptTemplate = parseTemplate(config.prompt, 'dataset.prompt');
  const completionTemplate = parseTemplate(config.completion, 'dataset.completion');
  const solved = examples.map((row) => ({
    question: questionOf(row, promptTemplate),
    completion: renderTemplate(completionTemplate, row),
  }));
  const turns = solved.flatMap(({ question, completion }) => [
    ...asMessages(question),
    { role: 'assistant', content: completion.trim() },
  ]);

  const inChat = (question: Question): Prompt => {
    const own = asMessages(question);
    const system: ChatMessage[] =
      config.system === undefined || own.some(({ role }) => role === 'system')
        ? []
        : [{ role: 'system', content: config.system }];
    return { text: renderChat([...system, ...turns, ...own]), addSpecialTokens: false, question };
  };

  const plainExamples = solved
    .map(({ question, completion }) => questionText(question) + completion + EXAMPLE_END)
    .join('');
  return (row) => {
    const question = questionOf(row, promptTemplate);
    if (config.chat || 'messages' in question) return inChat(question);
    return { text: plainExamples + question.text, addSpecialTokens: true, question };
  };
}

function asMessages(question: Question): readonly ChatMessage[] {
  return 'messages' in question ? question.messages : [{ role: 'user', content: question.text.trim() }];
}
