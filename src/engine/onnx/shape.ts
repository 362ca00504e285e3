/**
 * Shapes with named dimensions. A dimension is a number or the name of a size known only when the graph runs; products and sums of
 * such sizes have canonical names (`rows*time`, `past+1`), so that equal sizes compare equal.
 */

export type Dim = number | string;
export type Shape = readonly Dim[];

/** Shapes that do not fit an operation: a mistake in a graph, found while it is written. The message names operation and shapes. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';

  constructor(operation: string, problem: string, ...shapes: readonly Shape[]) {
    super(`${operation}: ${problem}${shapes.length > 0 ? `: ${shapes.map(formatShape).join(', ')}` : ''}`);
  }
}

/** `[rows, 12, 64]` */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** One product of a size: a whole factor and the names that it multiplies, sorted. */
export interface DimTerm {
  readonly factor: number;
  readonly names: readonly string[];
}

/** The canonical product, sums multiplied out: `2*rows*time`, `past*rows+rows*time`. */
export function dimProduct(dims: readonly Dim[]): Dim {
  let product: readonly DimTerm[] = [{ factor: 1, names: [] }];
  for (const dim of dims) {
    const factors = dimTerms(dim);
    product = product.flatMap((a) =>
      factors.map((b) => ({ factor: a.factor * b.factor, names: [...a.names, ...b.names].sort() })),
    );
  }
  return canonical(product);
}

/** The canonical sum of two sizes: names in order, the number last. */
export function dimSum(a: Dim, b: Dim): Dim {
  return canonical([...dimTerms(a), ...dimTerms(b)]);
}

/** A size as the products whose sum it is. Throws for what is neither a whole number nor made of names by `*` and `+`. */
export function dimTerms(dim: Dim): readonly DimTerm[] {
  if (typeof dim === 'number') {
    if (!Number.isSafeInteger(dim) || dim < 0) throw new ShapeError('Shape', `${dim} is not a size`);
    return [{ factor: dim, names: [] }];
  }
  return dim.split('+').map((term) => {
    let factor = 1;
    const names: string[] = [];
    for (const part of term.split('*')) {
      if (/^\d+$/.test(part)) factor *= Number(part);
      else if (DIM_NAME.test(part)) names.push(part);
      else throw new ShapeError('Shape', `${dim} is not a size: a whole number, a name, or a product or sum of such`);
    }
    return { factor, names: names.sort() };
  });
}

const DIM_NAME = /^[A-Za-z_][\w.]*$/;

function canonical(terms: readonly DimTerm[]): Dim {
  const factors = new Map<string, number>();
  for (const { factor, names } of terms) {
    const product = names.join('*');
    factors.set(product, (factors.get(product) ?? 0) + factor);
  }
  const constant = factors.get('') ?? 0;
  const named = [...factors]
    .filter(([product, factor]) => product !== '' && factor !== 0)
    .map(([product, factor]) => ({ product, text: factor === 1 ? product : `${factor}*${product}` }))
    .sort((a, b) => (a.product < b.product ? -1 : 1))
    .map(({ text }) => text);
  if (named.length === 0) return constant;
  return (constant === 0 ? named : [...named, String(constant)]).join('+');
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/** NumPy broadcasting; a named size fits itself and 1. */
export function broadcastShapes(operation: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const result: Dim[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === right || right === 1) result.push(left);
    else if (left === 1) result.push(right);
    else throw new ShapeError(operation, 'shapes do not broadcast', a, b);
  }
  return result;
}

/** A possibly negative axis as a position, checked. */
export function normalizeAxis(operation: string, axis: number, shape: Shape): number {
  const position = axis < 0 ? axis + shape.length : axis;
  if (position < 0 || position >= shape.length) throw new ShapeError(operation, `axis ${axis} is out of range`, shape);
  return position;
}

/** The size at an axis that is known to exist. */
export function dimAt(operation: string, shape: Shape, axis: number): Dim {
  const dim = shape[normalizeAxis(operation, axis, shape)];
  if (dim === undefined) throw new ShapeError(operation, `axis ${axis} is out of range`, shape);
  return dim;
}
