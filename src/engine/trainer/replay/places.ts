/** Names of what is in a step, as a person finds it in the run. */
import type { CompletionKey } from '../../protocol/completion.ts';

/** `problem 17, sample 3`, with the draw and the round of dynamic sampling where they are not the first; all count from 0, as in the run. */
export function completionPlace({ problem, occurrence, round, sample }: CompletionKey): string {
  const draw = occurrence > 0 ? `, occurrence ${occurrence}` : '';
  const again = round > 0 ? `, round ${round}` : '';
  return `problem ${problem}${draw}${again}, sample ${sample}`;
}
