/** How the rows of a training step are split: into optimiser mini-batches, and those into micro-batches by memory. */

/**
 * Row numbers of each optimiser mini-batch: the rows in order, cut into parts as equal as can be. Where the number of groups can be
 * divided, the parts are whole groups. Fewer rows than mini-batches make fewer mini-batches.
 */
export function splitMiniBatches(rowCount: number, miniBatches: number): number[][] {
  const count = Math.min(rowCount, miniBatches);
  const boundary = (index: number): number => Math.round((index * rowCount) / count);
  return Array.from({ length: count }, (_, index) => range(boundary(index), boundary(index + 1)));
}

/** Cuts a list into runs of at most `size`, in order: what `bnpo` means by a micro-batch. */
export function splitInOrder(rows: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, index) =>
    rows.slice(index * size, (index + 1) * size),
  );
}

/**
 * Micro-batches of at most `size` rows in which the rows of a prompt stay together where they fit, so that it is computed once for all of
 * them; the rows of more are cut. Prompts are taken by their longest sequence, and the rows of each by length, so that attention has
 * little padding; ties stay in the order given, so that the same rows always make the same micro-batches.
 *
 * @param groups the rows of each prompt, which index `lengths`
 * @param lengths of prompt and completion
 */
export function splitByPrompt(
  groups: readonly (readonly number[])[],
  lengths: readonly number[],
  size: number,
): number[][] {
  const longestFirst = (rows: readonly number[]): number[] =>
    rows.toSorted((a, b) => valueOf(lengths, b) - valueOf(lengths, a));
  const ordered = groups
    .map(longestFirst)
    .map((rows) => ({ rows, longest: valueOf(lengths, rows[0] ?? NaN) }))
    .toSorted((a, b) => b.longest - a.longest);
  const parts: number[][] = [];
  let open: number[] = [];
  for (const { rows } of ordered)
    for (const part of splitInOrder(rows, size)) {
      if (open.length === 0 || open.length + part.length > size) parts.push((open = []));
      open.push(...part);
    }
  return parts;
}

/** Cuts a micro-batch where its costs would come to more than `limit`, in order; a single row may cost more. */
export function cutByCost(rows: readonly number[], costs: readonly number[], limit: number): number[][] {
  const parts: number[][] = [];
  let open: number[] = [];
  let spent = 0;
  for (const row of rows) {
    const cost = valueOf(costs, row);
    if (open.length === 0 || spent + cost > limit) {
      open = [];
      spent = 0;
      parts.push(open);
    }
    open.push(row);
    spent += cost;
  }
  return parts;
}

function valueOf(values: readonly number[], row: number): number {
  const value = values[row];
  if (value === undefined) throw new RangeError(`row ${row} has no length (${values.length} rows)`);
  return value;
}

/**
 * Puts results that came micro-batch by micro-batch back into the order of `rows`.
 * @throws RangeError where a row has no result.
 */
export function inRowOrder<T>(
  rows: readonly number[],
  microBatches: readonly (readonly number[])[],
  results: readonly (readonly T[])[],
): T[] {
  const byRow = new Map<number, T>();
  microBatches.forEach((batch, index) => {
    results[index]?.forEach((result, position) => {
      const row = batch[position];
      if (row !== undefined) byRow.set(row, result);
    });
  });
  return rows.map((row) => {
    const result = byRow.get(row);
    if (result === undefined) throw new RangeError(`row ${row} has no result`);
    return result;
  });
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
