/** The shapes that a run is fed with, against those of the graph's inputs. */
import { dimTerms, formatShape, type Dim, type Shape } from './shape.ts';

export interface FedShape {
  readonly input: string;
  readonly shape: Shape;
  readonly fed: readonly number[];
}

/** What a name stands for in this run, and the input that said so. */
type Sizes = Map<string, { readonly size: number; readonly input: string }>;

/**
 * Throws where a shape is not that of its input. A name stands for the size that it has first, and a product or sum of such names for
 * what they give; the message has both shapes, and says where a name had another size.
 */
export function checkFedShapes(shapes: readonly FedShape[]): void {
  for (const one of shapes) if (one.fed.length !== one.shape.length) throw mismatch(one);
  const sizes: Sizes = new Map();
  const axes = shapes.flatMap((one) => one.shape.map((dim, axis) => ({ one, dim, size: one.fed[axis] ?? 0 })));
  const isCompound = ({ dim }: { readonly dim: Dim }): boolean => /[*+]/.test(String(dim));
  for (const { one, dim, size } of [...axes.filter((axis) => !isCompound(axis)), ...axes.filter(isCompound)]) {
    const expected = evaluate(dim, sizes);
    if (expected === null) sizes.set(String(dim), { size, input: one.input });
    else if (size !== expected) throw mismatch(one, typeof dim === 'number' ? '' : `, where ${origin(dim, sizes)}`);
  }
}

function mismatch({ input, shape, fed }: FedShape, reason = ''): Error {
  return new Error(
    `the graph's input ${input} has shape ${formatShape(shape)} and was fed ${formatShape(fed)}${reason}`,
  );
}

/** A size by the names known so far, null where one is not. */
function evaluate(dim: Dim, sizes: Sizes): number | null {
  const known = sizes.get(String(dim));
  if (known) return known.size;
  let sum = 0;
  for (const { factor, names } of dimTerms(dim)) {
    let product = factor;
    for (const name of names) {
      const size = sizes.get(name)?.size;
      if (size === undefined) return null;
      product *= size;
    }
    sum += product;
  }
  return sum;
}

/** `rows is 2 in tokens` for each name of a size. */
function origin(dim: string, sizes: Sizes): string {
  const names = sizes.has(dim) ? [dim] : dimTerms(dim).flatMap((term) => term.names);
  return [...new Set(names)]
    .map((name) => `${name} is ${sizes.get(name)?.size ?? 'unknown'} in ${sizes.get(name)?.input ?? 'no input'}`)
    .join(' and ');
}
