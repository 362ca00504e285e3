/** Conversations as prompts, by the model's own chat template. */
import { UserError } from '../protocol/errors.ts';
import { clip } from './clip.ts';
import { BoundedTemplate } from './templateBudget.ts';
import type { Tokenizer } from './tokenizer.ts';

export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

/**
 * The day that templates are told it is: the fallback that Llama's own templates contain. The real one would make two runs of
 * one experiment differ.
 */
const DAY = new Date(Date.UTC(2024, 6, 26));

/** Of the template that was used last: thousands of prompts are rendered with one, and parsing it takes longer than rendering. */
let newest: { readonly source: string; readonly template: BoundedTemplate } | null = null;

/**
 * Renders messages as the text of a prompt. Encode it without adding special tokens: the template has put them.
 *
 * @param addGenerationPrompt also what opens the assistant's answer
 * @throws UserError when the model has no chat template, or its template fails, refuses the messages or does not come to an end
 */
export function renderChat(
  tokenizer: Pick<Tokenizer, 'chatTemplate' | 'specialTokens'>,
  messages: readonly ChatMessage[],
  { addGenerationPrompt = true }: { addGenerationPrompt?: boolean } = {},
): string {
  if (tokenizer.chatTemplate === null) {
    throw new UserError(
      'The model has no chat template (chat_template.jinja, or chat_template in tokenizer_config.json), so it is a base model. ' +
        'Turn "chat" off in the experiment\'s dataset and write the prompt as plain text.',
    );
  }
  try {
    return compiled(tokenizer.chatTemplate).render({
      ...tokenizer.specialTokens,
      messages,
      add_generation_prompt: addGenerationPrompt,
      strftime_now: strftime,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`The model's chat template cannot render these messages: ${clip(reason)}.`);
  }
}

function compiled(source: string): BoundedTemplate {
  if (newest?.source === source) return newest.template;
  newest = { source, template: new BoundedTemplate(source) };
  return newest.template;
}

/** The fixed day in the directives of `strftime` that chat templates use; others stay as they are. */
function strftime(format: string): string {
  const part = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' }).format(DAY);
  const directives: Readonly<Record<string, string>> = {
    '%d': part({ day: '2-digit' }),
    '%b': part({ month: 'short' }),
    '%B': part({ month: 'long' }),
    '%m': part({ month: '2-digit' }),
    '%Y': part({ year: 'numeric' }),
    '%A': part({ weekday: 'long' }),
  };
  return format.replace(/%[A-Za-z]/g, (directive) => directives[directive] ?? directive);
}
