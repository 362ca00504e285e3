/** Several runs, one after another or some at once. */

/**
 * Works on items in their order. As long as none has begun, the next waits: what the others are made of is held against it.
 * @param atOnce how many at most; 1: one after another
 * @param work calls `begun` when there is something to hold the others against; resolves with whether to go on with those that wait.
 * Where it rejects, none is begun any more, and those that were are waited for
 * Rejects with the first failure.
 */
export async function inTurn<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item, begun: () => void) => Promise<boolean>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const course: { goesOn: boolean; anyBegun: boolean; readonly failures: unknown[] } = {
    goesOn: true,
    anyBegun: false,
    failures: [],
  };
  for (const item of items) {
    const begun = Promise.withResolvers<boolean>();
    const one = work(item, () => begun.resolve(true))
      .then(
        (more) => void (course.goesOn &&= more),
        (error: unknown) => void course.failures.push(error),
      )
      .finally(() => underWay.delete(one));
    underWay.add(one);
    course.anyBegun ||= await Promise.race([begun.promise, one.then(() => false)]);
    if (underWay.size >= atOnce) await Promise.race(underWay);
    if (!course.goesOn || course.failures.length > 0) break;
  }
  await Promise.all(underWay);
  if (course.failures.length > 0) throw course.failures[0];
}
