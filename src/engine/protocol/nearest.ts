/** "Did you mean": the known name nearest to a mistyped one. */

/** A name this different is another word, not a slip: at most one edit in three letters, and two in a short name. */
const MIN_EDITS_ALLOWED = 2;
const LETTERS_PER_EDIT = 3;

/** Letters only, so that `learning_rate`, `learning-rate` and `LearningRate` all are `learningRate`. */
function folded(name: string): string {
  return name.toLowerCase().replaceAll(/[_\-\s]/g, '');
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b` (optimal string alignment distance). */
export function editDistance(a: string, b: string): number {
  let twoBack: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (twoBack[j - 2] ?? 0) + 1);
      }
      row.push(least);
    }
    twoBack = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** The candidate nearest to `name`, the first of several; undefined when none is near enough to be a slip. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const wanted = folded(name);
  let best: string | undefined;
  let bestDistance = Math.max(MIN_EDITS_ALLOWED, Math.floor(wanted.length / LETTERS_PER_EDIT)) + 1;
  for (const candidate of candidates) {
    const other = folded(candidate);
    const distance = editDistance(wanted, other);
    // Everything replaced is no resemblance, however short.
    if (distance < bestDistance && distance < Math.max(wanted.length, other.length)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
