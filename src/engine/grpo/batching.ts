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

/** How much one micro-batch may hold. */
export interface MicroBatchLimits {
  readonly rows: number;
  /** Tokens with padding; a single row may have more. */
  readonly tokens: number;
}

/**
 * Micro-batches within limits and with little padding: longest rows first, equal lengths in the order given, so that the same rows
 * always make the same micro-batches. Every entry is one of `rows`, which index `lengths`, so results find their way back.
 */
export function splitByLength(
  rows: readonly number[],
  lengths: readonly number[],
  limits: MicroBatchLimits,
): number[][] {
  const measured = rows.map((row) => {
    const length = lengths[row];
    if (length === undefined) throw new RangeError(`row ${row} has no length (${lengths.length} rows)`);
    return { row, length };
  });
  const batches: { readonly longest: number; readonly rows: number[] }[] = [];
  for (const { row, length } of measured.toSorted((a, b) => b.length - a.length)) {
    const open = batches.at(-1);
    const fits = open && open.rows.length < limits.rows && (open.rows.length + 1) * open.longest <= limits.tokens;
    if (fits) open.rows.push(row);
    else batches.push({ longest: length, rows: [row] });
  }
  return batches.map((batch) => batch.rows);
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
