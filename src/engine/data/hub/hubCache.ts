/**
 * The folder that Hugging Face's tools keep downloads in: `datasets--owner--name/` with `blobs/` by checksum, `snapshots/<commit>/` of
 * links to them, and `refs/` with the commit of each branch. What is there is read without a network, whoever put it there.
 */
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../protocol/errors.ts';
import type { ProblemRecord } from '../../protocol/run.ts';
import type { DatasetFile } from '../dataset.ts';
import {
  DEFAULT_REVISION,
  FETCHED_ON_REQUEST,
  HUB_PREFIX,
  withSplit,
  type HubSource,
} from '../../protocol/hubSource.ts';
import { repoIndexSchema, selectFiles, type RepoIndex } from './repoIndex.ts';

const COMMIT = /^[0-9a-f]{40}$/;
/** Ours, beside the folders of the layout: what a repository holds at a commit, of which the cache may have a part only. */
const INDEX_FOLDER = '.rlvr';

export interface CachedDataset {
  readonly commit: string;
  readonly files: readonly DatasetFile[];
}

/** One repository's folder in the cache. */
export class RepoCache {
  readonly folder: string;

  constructor(cacheDir: string, repo: string) {
    this.folder = path.join(cacheDir, `datasets--${repo.replaceAll('/', '--')}`);
  }

  /** The commit that a revision stood for when it was fetched last; null where it never was. */
  async commitOf(revision: string): Promise<string | null> {
    if (COMMIT.test(revision)) return revision;
    const stored = await readFile(path.join(this.folder, 'refs', revision), 'utf8').catch(() => '');
    return COMMIT.test(stored.trim()) ? stored.trim() : null;
  }

  async writeRef(revision: string, commit: string): Promise<void> {
    if (COMMIT.test(revision)) return;
    await this.#write(path.join(this.folder, 'refs', revision), commit);
  }

  /** What the repository holds; where another tool fetched it, as far as that is here. null where nothing is. */
  async index(commit: string): Promise<RepoIndex | null> {
    const text = await readFile(this.#indexFile(commit), 'utf8').catch(() => null);
    const known = text === null ? undefined : repoIndexSchema.safeParse(jsonOf(text)).data;
    if (known !== undefined) return known;
    const snapshot = this.fileOf(commit, '');
    const entries = await readdir(snapshot, { recursive: true, withFileTypes: true }).catch(() => []);
    const files = entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.relative(snapshot, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
    return files.length === 0 ? null : { files: files.sort(), configs: [] };
  }

  async writeIndex(commit: string, index: RepoIndex): Promise<void> {
    await this.#write(this.#indexFile(commit), `${JSON.stringify(index)}\n`);
  }

  /** Where a file of the repository lies at a commit, if it is here. */
  fileOf(commit: string, file: string): string {
    return path.join(this.folder, 'snapshots', commit, ...file.split('/'));
  }

  async has(commit: string, file: string): Promise<boolean> {
    // Through the link: one that leads nowhere is no file.
    return isFile(this.fileOf(commit, file));
  }

  async hasBlob(checksum: string): Promise<boolean> {
    return isFile(this.blob(checksum));
  }

  blob(checksum: string): string {
    return path.join(this.folder, 'blobs', checksum);
  }

  /** Puts a blob in its place in a snapshot: a relative link, or a copy where the system has no links for everyone. */
  async place(checksum: string, commit: string, file: string): Promise<void> {
    const target = this.fileOf(commit, file);
    await mkdir(path.dirname(target), { recursive: true });
    await rm(target, { force: true });
    const blob = this.blob(checksum);
    await symlink(path.relative(path.dirname(target), blob), target).catch(() => copyFile(blob, target));
  }

  #indexFile(commit: string): string {
    return path.join(this.folder, INDEX_FOLDER, `${commit}.json`);
  }

  /** Whole or not at all. */
  async #write(file: string, text: string): Promise<void> {
    await mkdir(path.dirname(file), { recursive: true });
    const partial = `${file}.${process.pid}.incomplete`;
    await writeFile(partial, text);
    await rename(partial, file);
  }
}

/**
 * Finds a source in the cache. Nothing is fetched.
 * @throws UserError where it is not all there, with the command that gets it
 */
export async function findCached(
  source: HubSource,
  role: ProblemRecord['split'],
  cacheDir: string,
): Promise<CachedDataset> {
  const cache = new RepoCache(cacheDir, source.repo);
  const commit = await cache.commitOf(source.revision ?? DEFAULT_REVISION);
  const index = commit === null ? null : await cache.index(commit);
  if (commit === null || index === null) throw notHere(source, role, 'is not on this machine');
  const files = selectFiles(index, source, role);
  for (const file of files)
    if (!(await cache.has(commit, file)))
      throw notHere(source, role, `is not on this machine as a whole: ${file} is missing`);
  return {
    commit,
    files: files.map((file) => ({ path: cache.fileOf(commit, file), name: `${HUB_PREFIX}${source.repo}/${file}` })),
  };
}

function notHere(source: HubSource, role: ProblemRecord['split'], what: string): UserError {
  // The editor gets what the experiment names, which is a commit only where the experiment says so.
  const inEditor =
    source.revision !== null && COMMIT.test(source.revision)
      ? '.'
      : '; in the editor: Get Dataset, above "dataset" in the experiment.';
  return new UserError(
    `The dataset ${source.text} ${what}. ${FETCHED_ON_REQUEST} In a terminal: rlvr get dataset "${withSplit(source, role)}"${inEditor}`,
  );
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
