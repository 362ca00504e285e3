/** Names of models on the Hugging Face hub, as an experiment writes them: `owner/name` or `owner/name@revision`. */
import { UserError } from './errors.ts';

/** The command that fetches one; by it the editor knows that it can offer to. */
export const GET_MODEL_COMMAND = 'rlvr get model';

export interface HubModel {
  /** As the experiment has it. */
  readonly text: string;
  /** `owner/name`. */
  readonly repo: string;
  /** A branch, a tag or a commit; null where none is named. */
  readonly revision: string | null;
}

const MODEL = /^(\w(?:[\w.-]*\w)?\/\w(?:[\w.-]*\w)?)(?:@(refs\/pr\/\d+|[\w.-]+))?$/;
/** No name of the hub has them: `..` leads out of a folder, and `--` stands for `/` in the cache. */
const NOT_IN_NAMES = /\.\.|--/;

/**
 * The name in its parts; null for anything else. A folder `models/gpt2` reads like one too: whoever looks for a model looks for the
 * folder first.
 */
export function readHubModel(text: string): HubModel | null {
  const [, repo, revision = null] = MODEL.exec(text) ?? [];
  if (repo === undefined || NOT_IN_NAMES.test(text)) return null;
  return { text, repo, revision };
}

/** @throws UserError where it is none */
export function parseHubModel(text: string): HubModel {
  const model = readHubModel(text);
  if (model !== null) return model;
  throw new UserError(
    `"${text}" names no model of the Hugging Face hub. Write owner/name, and where needed a branch, a tag or a commit behind it: owner/name@main.`,
  );
}

/** The same model at a commit, whatever it named before. */
export function pinnedModel({ repo }: HubModel, commit: string): string {
  return `${repo}@${commit}`;
}
