/** Rows of a rollout batch stand group by group: the `groupSize` completions of the first problem, then those of the second. */

/**
 * Cuts rows into their groups.
 * @throws RangeError where the number of rows is no multiple of `groupSize`: a mistake of the caller, not of the user.
 */
export function inGroups<T>(rows: readonly T[], groupSize: number): T[][] {
  if (!Number.isInteger(groupSize) || groupSize < 1 || rows.length % groupSize !== 0) {
    throw new RangeError(`${rows.length} rows cannot be cut into groups of ${groupSize}`);
  }
  return Array.from({ length: rows.length / groupSize }, (_, group) =>
    rows.slice(group * groupSize, (group + 1) * groupSize),
  );
}
