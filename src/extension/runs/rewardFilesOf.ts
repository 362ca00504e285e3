/** The files of the workspace that a run's rewards are made of. */
import { dirname, resolve, sep } from 'node:path';

interface Sources {
  readonly experimentPath: string;
  readonly rewards: readonly {
    /** As the experiment names it; null for a built-in reward. */
    readonly file: string | null;
    /** Path under the run of its kept source, `rewards/0/lib/reward.ts`. */
    readonly kept: string | null;
  }[];
}

/**
 * Absolute paths: each reward file, and what it imported when it was last taken over, which lies around it as its copy does in the run.
 * @param kept paths under the run of all sources
 */
export function rewardFilesOf({ experimentPath, rewards }: Sources, kept: readonly string[]): string[] {
  const files = rewards.flatMap(({ file, kept: entry }) => {
    if (file === null) return [];
    const own = resolve(dirname(experimentPath), file);
    if (entry === null) return [own];
    const folder = entry.split('/').slice(0, 2).join('/');
    const name = entry.slice(folder.length + 1).replaceAll('/', sep);
    if (!own.endsWith(name)) return [own];
    const root = own.slice(0, -name.length);
    const beside = kept.filter((path) => path.startsWith(`${folder}/`));
    return [own, ...beside.map((path) => resolve(root, path.slice(folder.length + 1)))];
  });
  return [...new Set(files)];
}
