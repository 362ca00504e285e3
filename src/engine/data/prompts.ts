/** From a row to the prompt that the model reads: instruction, worked examples, system message, chat template. */
import type { ChatMessage } from '../model/chatTemplate.ts';
import { answerFormats } from '../protocol/answerFormats.ts';
import { UserError } from '../protocol/errors.ts';
import type { DatasetConfig } from '../protocol/datasetConfig.ts';
import { questionOf, questionText, type Question } from './question.ts';
import { describeRow, type DatasetRow } from './row.ts';
import { requireSystemMessage, systemTreatment, type ChatRenderer, type SystemTreatment } from './systemMessage.ts';
import { parseTemplate } from './template.ts';
import { workedAnswerWriter } from './workedAnswer.ts';

export interface Prompt {
  readonly text: string;
  /** A chat template writes the special tokens itself; to plain text the tokenizer adds its own. */
  readonly addSpecialTokens: boolean;
  /** The row's own question, without examples, instruction and system message. */
  readonly question: Question;
}

export type PromptConfig = Pick<DatasetConfig, 'prompt' | 'completion' | 'format' | 'system' | 'chat'>;

/** What follows each worked example in a plain prompt. */
const EXAMPLE_END = '\n';
/** Between an instruction and what follows it, and between a system message and an instruction. */
const PARAGRAPH = '\n\n';

/**
 * A function that writes the prompt of any row. A plain prompt is the instruction of `dataset.format`, for every example prompt +
 * completion + newline, and then the row's own; in a chat the instruction is in the system message, the examples are earlier turns, and
 * texts are trimmed. Rows that hold messages are a chat whatever `dataset.chat` says.
 * @throws UserError where a template is malformed, an example lacks a column, or the model's chat template would not show
 *   `dataset.system`; from the writer, where a row lacks a column or its messages are refused
 */
export function promptWriter(
  config: PromptConfig,
  examples: readonly DatasetRow[],
  renderChat: ChatRenderer,
): (row: DatasetRow) => Prompt {
  const promptTemplate = parseTemplate(config.prompt, 'dataset.prompt');
  const answerOf = workedAnswerWriter(config);
  const solved = examples.map((row) => ({ question: questionOf(row, promptTemplate), answer: answerOf(row) }));
  const turns = solved.flatMap(({ question, answer }) => [
    // A conversation has one system message, which is the row's own or the experiment's.
    ...asMessages(question).filter(({ role }) => role !== 'system'),
    { role: 'assistant', content: answer.trim() },
  ]);
  const instruction = config.format === undefined ? '' : answerFormats[config.format].instruction;
  // Asked once, and only where there is something to say.
  let asked: SystemTreatment | null = null;
  const treatment = (): SystemTreatment => (asked ??= systemTreatment(renderChat));
  if (config.chat && config.system !== undefined) requireSystemMessage(treatment());
  else if (config.chat) renderChat([{ role: 'user', content: 'Hello' }]);

  const inChat = (question: Question, row: DatasetRow): Prompt => {
    const own = asMessages(question);
    const [first, ...others] = own;
    const messages =
      first?.role === 'system'
        ? [first, ...turns, ...others]
        : [...(config.system === undefined ? [] : [{ role: 'system', content: config.system }]), ...turns, ...own];
    const all = instruction === '' ? messages : withInstruction(messages, instruction, treatment());
    return { text: rendered(all, renderChat, row), addSpecialTokens: false, question };
  };

  const opening =
    (instruction === '' ? '' : instruction + PARAGRAPH) +
    solved.map(({ question, answer }) => questionText(question) + answer + EXAMPLE_END).join('');
  return (row) => {
    const question = questionOf(row, promptTemplate);
    if (config.chat || 'messages' in question) return inChat(question, row);
    return { text: opening + question.text, addSpecialTokens: true, question };
  };
}

function asMessages(question: Question): readonly ChatMessage[] {
  return 'messages' in question ? question.messages : [{ role: 'user', content: question.text.trim() }];
}

/** In the system message; where the template has no use for one, at the beginning of the first question. */
function withInstruction(
  messages: readonly ChatMessage[],
  instruction: string,
  { kind }: SystemTreatment,
): readonly ChatMessage[] {
  const role = kind === 'kept' ? 'system' : 'user';
  const at = messages.findIndex((message) => message.role === role);
  if (at === -1) return [{ role: 'system', content: instruction }, ...messages];
  return messages.map((message, index) => {
    if (index !== at) return message;
    const parts = role === 'system' ? [message.content, instruction] : [instruction, message.content];
    return { role, content: parts.join(PARAGRAPH) };
  });
}

function rendered(messages: readonly ChatMessage[], renderChat: ChatRenderer, row: DatasetRow): string {
  try {
    return renderChat(messages);
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`${describeRow(row)}: ${error.message}`);
    throw error;
  }
}
