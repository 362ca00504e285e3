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
 * Micro-batches of at most `size` places each: the number of its prompts times the rows of the prompt that has most of them, for attention
 * computes a block of so many rows of every prompt (`tokenList.ts`). The rows of a prompt stay together where they fit, so that it is
 * computed once for all of them; the rows of more are cut.
 *
 * Prompts are taken by how many like them a micro-batch can hold, the fewest first, which makes as few micro-batches as can be: the one
 * that the widest prompt is in never holds more than that many, and is best filled with the next widest. Among prompts that are equal in
 * this, and among the rows of each, the longest are first, so that attention has little padding; ties stay in the order given, so that
 * the same rows always make the same micro-batches.
 *
 * @param groups the rows of each prompt, which index `lengths`
 * @param lengths of prompt and completion
 */
export function splitByPrompt(
  groups: readonly (readonly number[])[],
  lengths: readonly number[],
  size: number,
): number[][] {
  const lengthOf = (row: number): number => valueOf(lengths, row);
  const pieces = groups
    .flatMap((rows) =>
      splitInOrder(
        rows.toSorted((a, b) => lengthOf(b) - lengthOf(a)),
        size,
      ),
    )
    .map((rows) => ({ rows, longest: Math.max(...rows.map(lengthOf)), fitting: Math.floor(size / rows.length) }))
    .toSorted((a, b) => a.fitting - b.fitting || b.longest - a.longest);
  const parts: number[][] = [];
  let open: number[] = [];
  let room = 0;
  for (const { rows, fitting } of pieces) {
    if (room === 0) {
      parts.push((open = []));
      room = fitting;
    }
    open.push(...rows);
    room--;
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
