/** Running a small graph once. */
import assert from 'node:assert/strict';
import type { Graph, Value } from '../../src/engine/onnx/graph.ts';
import { serialize } from '../../src/engine/onnx/serialize.ts';
import { Session, type Feeds, type SessionOptions, type Tensor } from '../../src/engine/onnx/session.ts';
import { dimTerms, formatShape, type Dim } from '../../src/engine/onnx/shape.ts';

export const ONE_THREAD: SessionOptions = { providers: ['cpu'], threads: 1, use: 'train' };

/** Opens a session on the outputs of a graph for as long as `use` runs. */
export async function withSession<Result>(
  graph: Graph,
  outputs: Readonly<Record<string, Value>>,
  use: (session: Session) => Promise<Result>,
  options: SessionOptions = ONE_THREAD,
): Promise<Result> {
  const session = await Session.open(serialize(graph, outputs), options);
  try {
    return await use(session);
  } finally {
    await session.release();
  }
}

/** What one run gives for these values, whose shapes are asserted to be those that were inferred. */
export async function runOnce(graph: Graph, values: readonly Value[], feeds: Feeds = {}): Promise<Tensor[]> {
  const names = values.map((_, index) => `output ${index}`);
  const outputs = Object.fromEntries(values.map((value, index) => [`output ${index}`, value]));
  const results = await withSession(graph, outputs, (session) => session.run(feeds, names));
  const sizes = new Map(
    graph.inputs.flatMap(({ name, shape }) =>
      shape.map((dim, axis) => [String(dim), feeds[name]?.dims[axis] ?? NaN] as const),
    ),
  );
  return values.map((value, index) => {
    const result = results[`output ${index}`] ?? assert.fail(`there is no output ${index}`);
    const inferred = value.shape.map((dim) => evaluateDim(dim, sizes));
    assert.deepEqual(result.dims, inferred, `${value.name} is said to be ${formatShape(value.shape)}`);
    return result;
  });
}

/** The size that a dimension stands for. */
function evaluateDim(dim: Dim, sizes: ReadonlyMap<string, number>): number {
  return dimTerms(dim)
    .map(({ factor, names }) => names.reduce((product, name) => product * (sizes.get(name) ?? NaN), factor))
    .reduce((sum, term) => sum + term);
}

export const floats = (dims: readonly number[], numbers: Iterable<number>): Tensor => ({
  data: Float32Array.from(numbers),
  dims,
});

export const ints = (dims: readonly number[], numbers: Iterable<number>): Tensor => ({
  data: BigInt64Array.from(numbers, BigInt),
  dims,
});

/** What a tensor holds, as plain numbers. */
export const numbers = ({ data }: Tensor): number[] => Array.from(data, Number);
