/** Reward sources of two runs, side by side. */

/** Paths under each run, null where that run has no such file. */
export interface SourcePair {
  readonly a: string | null;
  readonly b: string | null;
}

/**
 * A run keeps each reward file with its imports in a numbered folder, `rewards/0/reward.ts`, and a version that took over later in one
 * more, `rewards/0-2f7c41d09ab3/reward.ts`. Files of the same name behind it are the same file; of several, those in the same order. What only `b` has comes last.
 */
export function pairSources(a: readonly string[], b: readonly string[]): SourcePair[] {
  const left = [...b];
  const pairs = a.map((path): SourcePair => {
    const index = left.findIndex((other) => nameOf(other) === nameOf(path));
    const [other = null] = index < 0 ? [] : left.splice(index, 1);
    return { a: path, b: other };
  });
  return [...pairs, ...left.map((path) => ({ a: null, b: path }))];
}

function nameOf(path: string): string {
  return path.replace(/^rewards\/\d+(-[0-9a-f]+)?\//, '');
}
