/** The gradient of a table whose rows were looked up: sums of float32 rows by index, as good as if they were added in float64. */
import type { Value } from './graph.ts';
import {
  add,
  cast,
  dimension,
  expand,
  gather,
  max,
  mul,
  neg,
  range,
  reshape,
  scatterAdd,
  scatterMax,
  scatterMin,
  sub,
  zeros,
} from './operations.ts';
import { dimAt, type Dim } from './shape.ts';

/**
 * `[count, width]`: at each index the sum of the rows `[n, width]` that have it; indices `[n]`.
 *
 * Adding n equal numbers one after the other in float32 is wrong by up to n / 2 units in the last place, 4e-5 for n = 4096. So each
 * number is parted into a coarse one and a small rest, such that sums of coarse ones are exact: `(x + c) - c` rounds x to the last place of c,
 * and no sum of n of them outgrows c = 2 n max |x| (Demmel and Nguyen, Fast Reproducible Floating-Point Summation, 2013). The
 * largest |x| is that of the same index and column, so that rare tokens do not suffer from frequent ones.
 *
 * Rows of one index are collected at the position of the first of them, so that no more than one table of `count` rows is needed.
 */
export function sumRows(rows: Value, indices: Value, count: Dim): Value {
  const { graph } = rows;
  const [n, width] = [dimAt('row sums', rows.shape, 0), dimAt('row sums', rows.shape, 1)];
  const everyColumn = (positions: Value): Value => expand(reshape(positions, [n, 1]), rows.shape);
  const nowhere = expand(graph.scalar(Number.MAX_SAFE_INTEGER, 'int64'), [count]);
  const first = gather(scatterMin(nowhere, indices, range(graph, n), 0), indices);
  const target = everyColumn(first);
  const empty = zeros(graph, rows.shape);

  const largest = gather(scatterMax(empty, target, max(rows, neg(rows)), 0), first);
  const twiceN = typeof n === 'number' ? 2 * n : mul(cast(dimension(graph, n), 'float32'), 2);
  const bound = mul(largest, twiceN);
  const coarse = sub(add(rows, bound), bound);
  const sums = add(scatterAdd(empty, target, coarse, 0), scatterAdd(empty, target, sub(rows, coarse), 0));
  // Positions that are not the first hold zeros.
  return scatterAdd(zeros(graph, [count, width]), everyColumn(indices), sums, 0);
}
