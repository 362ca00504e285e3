/** Which repository of the hub is meant, and what its kind is called in each place. */

export interface RepoId {
  readonly kind: 'dataset' | 'model';
  /** `owner/name`. */
  readonly name: string;
}

/** The folder of the cache that has it. */
export function cacheFolderOf({ kind, name }: RepoId): string {
  return `${kind}s--${name.replaceAll('/', '--')}`;
}

/** Where a person looks at it. */
export function pageOf({ kind, name }: RepoId, endpoint: string): string {
  return kind === 'dataset' ? `${endpoint}/datasets/${name}` : `${endpoint}/${name}`;
}
