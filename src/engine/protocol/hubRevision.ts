/** Revisions of repositories on the Hugging Face hub. */

/** What the hub calls a repository's newest state. */
export const DEFAULT_REVISION = 'main';

/** In the message about what is not on this machine; by it the editor knows that it can offer to get it. */
export const FETCHED_ON_REQUEST = 'Nothing is fetched unless you ask for it.';

const COMMIT = /^[0-9a-f]{40}$/;

/** Whether it is a commit, which always stands for the same. */
export function isCommit(revision: string): boolean {
  return COMMIT.test(revision);
}
