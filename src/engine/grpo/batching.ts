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
 * Micro-batches of at most `size` rows with little padding: longest rows first, equal lengths in the order given, so that the same
 * rows always make the same micro-batches. Every entry is one of `rows`, which index `lengths`, so results find their way back.
 */
export function splitByLength(rows: readonly number[], lengths: readonly number[], size: number): number[][] {
  const measured = rows.map((row) => ({ row, length: valueOf(lengths, row) }));
  const ordered = measured.toSorted((a, b) => b.length - a.length).map(({ row }) => row);
  return splitInOrder(ordered, size);
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
