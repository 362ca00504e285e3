/** What was clicked in Outputs, as the page says it beside the menu's own keys. */
import { z } from 'zod';
import { completionKeySchema, scopeSchema } from '../../engine/protocol/panels/outputsRequests.ts';

const outputsContextSchema = z.object({
  scope: scopeSchema,
  problem: z.int(),
  /** Of a completion. */
  key: completionKeySchema.optional(),
  /** The step that it was trained in. */
  replayStep: z.int().positive().optional(),
  /** The reward that its score is about, or the first that has a file. */
  reward: z.string().optional(),
});
export type OutputsContext = z.output<typeof outputsContextSchema>;

/** null where something else was clicked, or the command was not called from the menu. */
export function parseOutputsContext(argument: unknown): OutputsContext | null {
  return outputsContextSchema.safeParse(argument).data ?? null;
}
