/** What a row asks: a text, or the messages of a conversation. */
import { z } from 'zod';
import type { ChatMessage } from '../model/chatTemplate.ts';
import { UserError } from '../protocol/errors.ts';
import { DEFAULT_PROMPT } from '../protocol/datasetConfig.ts';
import { describeRow, type DatasetRow } from './row.ts';
import { renderTemplate, type Template } from './template.ts';

export type Question = { readonly text: string } | { readonly messages: readonly ChatMessage[] };

const messagesSchema = z.array(z.object({ role: z.string(), content: z.string() })).min(1);

/** The column in which TRL's datasets keep the prompt, as text or as messages. */
const PROMPT_COLUMN = 'prompt';
const PROMPT_TEMPLATE = `{${PROMPT_COLUMN}}`;
const QUESTION_COLUMN = 'question';

/**
 * A row's question by the prompt template. Two kinds of rows need no template of their own: GSM8K's (`question`, `answer`), for which
 * the default is made, and TRL's, whose `prompt` column is taken as it is where the template is the default and there is no
 * `question`. Messages are also what the template `{prompt}` alone gives where the column holds them.
 * @throws UserError for a column that is missing or of another form
 */
export function questionOf(row: DatasetRow, template: Template): Question {
  const { columns } = row;
  const holdsPrompt = Object.hasOwn(columns, PROMPT_COLUMN);
  const takenAsItIs =
    template.source === PROMPT_TEMPLATE ||
    (template.source === DEFAULT_PROMPT && !Object.hasOwn(columns, QUESTION_COLUMN));
  if (!holdsPrompt || !takenAsItIs) return { text: renderTemplate(template, row) };
  const prompt = columns[PROMPT_COLUMN];
  if (typeof prompt === 'string') return { text: prompt };
  const messages = messagesSchema.safeParse(prompt);
  if (messages.success) return { messages: messages.data };
  throw new UserError(
    `${describeRow(row)}: the column "${PROMPT_COLUMN}" must be text, or a list of messages {"role": "user", "content": "..."} with text as content.`,
  );
}

/** The words of a question, whatever its form. */
export function questionText(question: Question): string {
  return 'text' in question ? question.text : question.messages.map(({ content }) => content).join('\n');
}

/**
 * Equal for questions that differ only in case, spacing or the form of their characters: solving one after training on the other
 * shows no generalisation.
 */
export function normalizedQuestion(question: Question): string {
  return questionText(question).normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}
