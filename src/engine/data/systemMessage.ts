/** What a model's chat template does with a system message: some refuse it, and some silently leave it out. */
import type { ChatMessage } from '../model/chatTemplate.ts';
import { UserError } from '../protocol/errors.ts';

/**
 * Renders messages through the model's chat template, up to where the assistant begins to speak.
 * @throws UserError where the model has no chat template or its template refuses the messages
 */
export type ChatRenderer = (messages: readonly ChatMessage[]) => string;

export type SystemTreatment =
  { readonly kind: 'kept' | 'left out' } | { readonly kind: 'refused'; readonly reason: string };

/** Words that no template contains. */
const PROBE = 'rlvr-probe-of-the-system-message';

/**
 * Asks the template, by rendering a conversation.
 * @throws UserError where the model has no chat template, or its template renders no conversation at all
 */
export function systemTreatment(renderChat: ChatRenderer): SystemTreatment {
  const question = { role: 'user', content: 'Hello' };
  renderChat([question]);
  try {
    const text = renderChat([{ role: 'system', content: PROBE }, question]);
    return { kind: text.includes(PROBE) ? 'kept' : 'left out' };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: 'refused', reason: error.message };
  }
}

/** @throws UserError where the template would not show a system message to the model */
export function requireSystemMessage(treatment: SystemTreatment): void {
  if (treatment.kind === 'kept') return;
  const what =
    treatment.kind === 'refused' ? `refuses a system message: ${treatment.reason}` : 'leaves a system message out.';
  throw new UserError(
    `dataset.system: the model's chat template ${what} Remove dataset.system and put its words at the beginning of dataset.prompt.`,
  );
}
