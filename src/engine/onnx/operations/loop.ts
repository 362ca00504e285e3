/** Nodes that are run several times within one run of the graph. */
import { ShapeError, sameShape, type Dim } from '../shape.ts';
import type { Value } from '../graph.ts';
import { stopGradient } from './elementwise.ts';

/** What one pass through a loop makes. */
export interface Pass {
  /** What the next pass is given, as many values as the first one, of the same types. */
  readonly carried: readonly Value[];
  /** Values that are kept of each pass, by any name. */
  readonly kept: Readonly<Record<string, Value>>;
  /** Whether there shall be another, a bool scalar; null where the number of passes alone decides. */
  readonly goesOn: Value | null;
}

export interface Loop {
  /** Of the last pass. */
  readonly carried: readonly Value[];
  /** By the same names, `[passes, ...]`. */
  readonly kept: Readonly<Record<string, Value>>;
}

/**
 * Runs what `build` adds up to `most` times (an int64 scalar), at least once where that is 1 or more. What they read of the graph around it is
 * read where it lies, in each pass. There is no gradient. ONNX Runtime runs a loop on CUDA, with all that it carries in the card's memory, from
 * operator set 21 on since microsoft/onnxruntime#27728; with DirectML it is the processor that runs it.
 *
 * @param passes the name of how many passes there were
 * @param build is given the number of passes before, an int64 scalar, and what is carried
 */
export function loop(
  most: Value,
  passes: Dim,
  carried: readonly Value[],
  build: (pass: Value, carried: readonly Value[]) => Pass,
): Loop {
  const { graph } = most;
  let kept: readonly (readonly [name: string, value: Value])[] = [];
  const scalar = { dtype: 'int64', shape: [] } as const;
  const condition = { dtype: 'bool', shape: [] } as const;
  const body = graph.body([scalar, condition, ...carried], ([pass, again, ...given]) => {
    if (!pass || !again) throw new Error('a loop counts its passes');
    const made = build(pass, given);
    checkCarried(carried, made.carried);
    kept = Object.entries(made.kept);
    // A body's outputs are what its own nodes make.
    return [made.goesOn ?? stopGradient(again), ...made.carried, ...kept.map(([, value]) => value)];
  });
  const outputs = graph.node(
    'Loop',
    [most, graph.scalar(1, 'bool'), ...carried],
    [...carried, ...kept.map(([, { dtype, shape }]) => ({ dtype, shape: [passes, ...shape] }))],
    {},
    '',
    body,
  );
  const ofPasses = kept.flatMap(([name], index) => {
    const value = outputs[carried.length + index];
    return value ? [[name, value] as const] : [];
  });
  return { carried: outputs.slice(0, carried.length), kept: Object.fromEntries(ofPasses) };
}

function checkCarried(first: readonly Value[], next: readonly Value[]): void {
  if (first.length !== next.length)
    throw new ShapeError('Loop', `${first.length} values go into a pass and ${next.length} come out of it`);
  for (const [index, { dtype, shape }] of first.entries()) {
    const made = next[index];
    if (made?.dtype !== dtype || !sameShape(made.shape, shape))
      throw new ShapeError(
        'Loop',
        `value ${index} changes on its way from ${dtype} to ${made?.dtype}`,
        shape,
        made?.shape ?? [],
      );
  }
}
