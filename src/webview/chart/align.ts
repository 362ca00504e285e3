/** Curves as uPlot takes them: one column of x for all, and a value or null for each curve at each x. */
import type { Line } from './content.ts';

export type Columns = [number[], ...(number | null)[][]];

/** On a logarithmic axis a value that is not positive has no place: it is left out, and counted. */
export function align(lines: readonly Line[], isLog: (line: Line) => boolean): { columns: Columns; leftOut: number } {
  let leftOut = 0;
  const place = (line: Line, value: number | undefined): number | null => {
    if (value === undefined || !Number.isFinite(value)) return null;
    if (value > 0 || !isLog(line)) return value;
    leftOut++;
    return null;
  };
  const [first] = lines;
  if (first === undefined) return { columns: [[]], leftOut };
  if (lines.every((line) => sameColumn(line.x, first.x))) {
    const columns = lines.map((line) => Array.from(line.y, (value) => place(line, value)));
    return { columns: [Array.from(first.x), ...columns], leftOut };
  }
  const x = union(lines.map((line) => line.x));
  const columns = lines.map((line) => {
    let next = 0;
    return x.map((at) => {
      if (line.x[next] !== at) return null;
      const value = place(line, line.y[next]);
      next++;
      return value;
    });
  });
  return { columns: [x, ...columns], leftOut };
}

function sameColumn(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

/** All values of ascending columns, ascending, each once. */
function union(columns: readonly ArrayLike<number>[]): number[] {
  const all = Float64Array.from(columns.flatMap((column) => Array.from(column))).sort();
  return Array.from(all.filter((value, index) => index === 0 || value !== all[index - 1]));
}
