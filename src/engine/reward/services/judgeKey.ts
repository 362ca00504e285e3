/**
 * The key of the service that judges completions, in the engine's memory and nowhere else: no file, argument or log has it, and
 * no child is given it. In a terminal it comes in an environment variable, under an editor over the link.
 */
import { JUDGE_KEY_VARIABLE, takeKey } from '../../process/environment.ts';

let key: string | null = takeKey(JUDGE_KEY_VARIABLE);

/** null: none is needed or known. */
export function judgeKey(): string | null {
  return key;
}

export function setJudgeKey(to: string | null): void {
  key = to;
}
