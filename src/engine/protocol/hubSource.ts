/** Names of datasets on the Hugging Face hub, as an experiment writes them: `hf:owner/name@revision/files?config=...&split=...`. */
import { UserError } from './errors.ts';
import type { ProblemRecord } from './run.ts';

export const HUB_PREFIX = 'hf:';

export interface HubSource {
  /** As the experiment has it. */
  readonly text: string;
  /** `owner/name`. */
  readonly repo: string;
  /** A branch, a tag or a commit; null where none is named. */
  readonly revision: string | null;
  /** Which files of the repository, with `*` and `**`; null leaves it to `config` and `split`. */
  readonly files: string | null;
  /** The configuration, which others call a subset. */
  readonly config: string | null;
  readonly split: string | null;
}

/** A revision with slashes in it is one of the hub's own, `refs/convert/parquet`; behind any other a slash begins the files. */
const SOURCE = /^hf:([\w.-]+\/[\w.-]+)(?:@(refs\/(?:convert|pr)\/[\w.-]+|[^/?@\s]+))?(?:\/([^?]+))?(?:\?(.*))?$/;
const QUERY_KEYS: readonly string[] = ['config', 'split'];

export function isHubSource(source: string): boolean {
  return source.startsWith(HUB_PREFIX);
}

/** What is wrong with a source that begins like one of the hub; null where nothing is. */
export function hubSourceProblem(text: string): string | null {
  return readHubSource(text) === null ? wrongSource(text) : null;
}

/** @throws UserError where it is not written as it should be */
export function parseHubSource(text: string): HubSource {
  const source = readHubSource(text);
  if (source === null) throw new UserError(wrongSource(text));
  return source;
}

function wrongSource(text: string): string {
  return `"${text}" names no dataset of the Hugging Face hub. Write hf:owner/name, and where needed a revision, files, or configuration and split behind it: hf:owner/name@main/data/train-*.parquet, hf:owner/name?config=main&split=train.`;
}

function readHubSource(text: string): HubSource | null {
  const match = SOURCE.exec(text);
  const [, repo = '', revision = null, files = null, query = ''] = match ?? [];
  const parameters = new URLSearchParams(query);
  const unknown = [...parameters.keys()].find((key) => !QUERY_KEYS.includes(key));
  const leadsOut = repo.includes('..') || (revision?.includes('..') ?? false);
  if (match === null || leadsOut || unknown !== undefined) return null;
  return { text, repo, revision, files, config: parameters.get('config'), split: parameters.get('split') };
}

/** The same source at a commit, whatever it named before. */
export function pinned(source: HubSource, commit: string): string {
  return written({ ...source, revision: commit });
}

/** The source as it has to be written where its part in an experiment does not say the split. */
export function withSplit(source: HubSource, role: ProblemRecord['split']): string {
  return source.files !== null || source.split !== null || role === 'train'
    ? source.text
    : written({ ...source, split: role });
}

function written({ repo, revision, files, config, split }: HubSource): string {
  const query = new URLSearchParams({ ...(config === null ? {} : { config }), ...(split === null ? {} : { split }) });
  return [
    `${HUB_PREFIX}${repo}`,
    revision === null ? '' : `@${revision}`,
    files === null ? '' : `/${files}`,
    query.size === 0 ? '' : `?${query.toString()}`,
  ].join('');
}
