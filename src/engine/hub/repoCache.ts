/**
 * The folder that Hugging Face's tools keep downloads in: `models--owner--name/` with `blobs/` by checksum, `snapshots/<commit>/` of
 * links to them, and `refs/` with the commit of each branch. What is there is read without a network, whoever put it there.
 */
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isCommit } from '../protocol/hubRevision.ts';
import { cacheFolderOf, type RepoId } from './repoId.ts';
import { unfinished } from './unfinishedFile.ts';

/** Ours, beside the folders of the layout: what is known of a repository at a commit, of which the cache may have a part only. */
const NOTES_FOLDER = '.rlvr';

/** One repository's folder in the cache. */
export class RepoCache {
  readonly folder: string;

  constructor(cacheDir: string, repo: RepoId) {
    this.folder = path.join(cacheDir, cacheFolderOf(repo));
  }

  /** The commit that a revision stood for when it was fetched last; null where it never was. */
  async commitOf(revision: string): Promise<string | null> {
    if (isCommit(revision)) return revision;
    const stored = await readFile(path.join(this.folder, 'refs', revision), 'utf8').catch(() => '');
    return isCommit(stored.trim()) ? stored.trim() : null;
  }

  async writeRef(revision: string, commit: string): Promise<void> {
    if (isCommit(revision)) return;
    await this.#write(path.join(this.folder, 'refs', revision), commit);
  }

  /** Paths of the files of a commit that are here, sorted. */
  async files(commit: string): Promise<string[]> {
    const snapshot = this.fileOf(commit, '');
    const entries = await readdir(snapshot, { recursive: true, withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.relative(snapshot, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
      .sort();
  }

  /** What `writeNote` has kept of a commit, to be parsed; null where that is nothing. */
  async note(commit: string): Promise<unknown> {
    const text = await readFile(this.#noteFile(commit), 'utf8').catch(() => '');
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  }

  async writeNote(commit: string, note: object): Promise<void> {
    await this.#write(this.#noteFile(commit), `${JSON.stringify(note)}\n`);
  }

  /** Where a file of the repository lies at a commit, if it is here; without a name the snapshot itself. */
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

  #noteFile(commit: string): string {
    return path.join(this.folder, NOTES_FOLDER, `${commit}.json`);
  }

  /** Whole or not at all. Not beside it until then: other tools take whatever lies in `refs/` for a branch. */
  async #write(file: string, text: string): Promise<void> {
    const notes = path.join(this.folder, NOTES_FOLDER);
    for (const folder of [path.dirname(file), notes]) await mkdir(folder, { recursive: true });
    const partial = unfinished(path.join(notes, path.basename(file)));
    await writeFile(partial, text);
    await rename(partial, file);
  }
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}
