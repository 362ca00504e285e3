/** Who asks a server: with what key, and what they can do where something is wrong. */
import { POLICY_KEY_VARIABLE, takeKey } from '../../process/environment.ts';

export interface ServerUser {
  /** null where none is needed or known. */
  readonly key: string | null;
  /** Where another key is given. */
  readonly keyAdvice: string;
  /** What helps where answers are late. */
  readonly slowAdvice: string;
  /** What helps where nothing can be written beside the runs. */
  readonly folderAdvice: string;
}

export const TERMINAL: ServerUser = {
  key: takeKey(POLICY_KEY_VARIABLE),
  keyAdvice: `Give its key in the variable ${POLICY_KEY_VARIABLE}.`,
  slowAdvice: 'Ask it fewer at a time with --policy-requests, or for fewer tokens with rollout.maxCompletionLength.',
  folderAdvice: 'Give another folder with --runs.',
};

/** A person in an editor, which keeps the key and gives it with each question. */
export function editorUser(key: string | null): ServerUser {
  return {
    key,
    keyAdvice: 'Its key is changed by the button beside its address, where the server is chosen.',
    slowAdvice: 'Ask for fewer tokens with rollout.maxCompletionLength, or ask a faster server.',
    folderAdvice:
      'The result is kept beside the run: let its folder be written to, or copy the run into a folder of your own and open it there.',
  };
}
