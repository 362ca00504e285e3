/** Gradients of a graph against central finite differences of the same graph. */
import assert from 'node:assert/strict';
import { gradients } from '../../src/engine/onnx/gradients.ts';
import { Graph, type Value } from '../../src/engine/onnx/graph.ts';
import { mul, sumAll } from '../../src/engine/onnx/operations.ts';
import type { Session, Tensor } from '../../src/engine/onnx/session.ts';
import { formatShape, type Shape } from '../../src/engine/onnx/shape.ts';
import { normals } from '../../src/engine/random/draws.ts';
import { uniforms } from '../../src/engine/random/keyed.ts';
import { assertClose } from './assertClose.ts';
import { floats, numbers, withSession } from './onnx.ts';

/** One input of an operation under test: random numbers that are differentiated, or given integers that are not. */
export interface CheckedInput {
  readonly shape: Shape;
  /** A number made from one of the standard normal distribution. */
  readonly from?: (normal: number) => number;
  readonly values?: readonly number[];
  readonly indices?: readonly number[];
}

export interface GradientCase {
  /** The operator whose rule is tested; the graph must have it. */
  readonly rule: string;
  readonly about: string;
  readonly inputs: readonly CheckedInput[];
  readonly build: (...inputs: readonly Value[]) => Value;
}

/** What names of dimensions stand for in every case. */
const SIZES: Readonly<Record<string, number>> = { rows: 2, time: 3, 'rows*time': 6 };

/**
 * Half the distance of the two points of a difference. In float32 the rounding error of the quotient, about 1e-7 / step, and the
 * truncation error, about step^2 / 6 times the third derivative, are both near 1e-5 here.
 */
const STEP = 2 ** -7;
/** Of the largest element of the gradient. */
const RELATIVE_TOLERANCE = 2e-3;
/** Where the whole gradient is zero. */
const ABSOLUTE_TOLERANCE = 2e-5;

/**
 * Checks d (sum of output * cotangent) / d input for every differentiated input, asked for together and each on its own (rules leave
 * out what is not needed), with a random cotangent.
 */
export async function checkGradients(one: GradientCase, seed: number): Promise<void> {
  const fed = one.inputs.map((input, index) => tensorFor(input, seed, index));
  const targets = one.inputs.flatMap(({ indices }, index) => (indices ? [] : [index]));
  const subsets = targets.length > 1 ? [targets, ...targets.map((target) => [target])] : [targets];
  for (const subset of subsets) await checkSubset(one, fed, subset, seed);
}

async function checkSubset(
  one: GradientCase,
  fed: readonly Tensor[],
  targets: readonly number[],
  seed: number,
): Promise<void> {
  const graph = new Graph();
  const inputs = one.inputs.map(({ shape, indices }, index) =>
    graph.input(`x${index}`, indices ? 'int64' : 'float32', shape),
  );
  const output = one.build(...inputs);
  assert.ok(
    graph.nodes.some((node) => node.type === one.rule),
    `the case has no ${one.rule}`,
  );
  const cotangent = graph.input('cotangent', 'float32', output.shape);
  const wanted = gradients(
    sumAll(mul(output, cotangent)),
    inputs.filter((_, index) => targets.includes(index)),
  );
  const outputs = { output, ...Object.fromEntries(wanted.map((value, at) => [`d${targets[at] ?? -1}`, value])) };
  await withSession(graph, outputs, async (session) => {
    const dims = output.shape.map(size);
    const feeds = {
      cotangent: randomTensor(dims, seed, inputs.length, (normal) => normal),
      ...Object.fromEntries(fed.map((tensor, index) => [`x${index}`, tensor])),
    };
    const results = await session.run(feeds);
    for (const target of targets) {
      const gradient = results[`d${target}`];
      const x = fed[target];
      assert.ok(gradient && x);
      assert.deepEqual(gradient.dims, x.dims, `the gradient of input ${target} has its shape`);
      const expected = await differences(session, feeds, `x${target}`, x);
      assertClose(numbers(gradient), expected, {
        relative: RELATIVE_TOLERANCE,
        absolute: ABSOLUTE_TOLERANCE,
        what: `input ${target} ${formatShape(x.dims)}`,
      });
    }
  });
}

/** Central differences by each element of one input; sums and quotients are in float64. */
async function differences(
  session: Session,
  feeds: Readonly<Record<string, Tensor>> & { readonly cotangent: Tensor },
  name: string,
  x: Tensor,
): Promise<number[]> {
  const cotangent = numbers(feeds.cotangent);
  const at = async (element: number, shift: number): Promise<{ readonly x: number; readonly outputs: number[] }> => {
    const moved = Float32Array.from(numbers(x), (value, index) => (index === element ? value + shift : value));
    const { output } = await session.run({ ...feeds, [name]: { data: moved, dims: x.dims } }, ['output']);
    return { x: moved[element] ?? NaN, outputs: numbers(output) };
  };
  const result: number[] = [];
  for (let element = 0; element < x.data.length; element++) {
    const [above, below] = [await at(element, STEP), await at(element, -STEP)];
    const change = above.outputs.reduce(
      (sum, value, index) => sum + (value - (below.outputs[index] ?? NaN)) * (cotangent[index] ?? NaN),
      0,
    );
    result.push(change / (above.x - below.x));
  }
  return result;
}

const size = (dim: number | string): number => (typeof dim === 'number' ? dim : (SIZES[dim] ?? NaN));

function tensorFor({ shape, from, values, indices }: CheckedInput, seed: number, index: number): Tensor {
  const dims = shape.map(size);
  if (indices) return { data: BigInt64Array.from(indices, BigInt), dims };
  if (values) return floats(dims, values);
  return randomTensor(dims, seed, index, from ?? ((normal) => normal));
}

function randomTensor(dims: readonly number[], seed: number, index: number, from: (normal: number) => number): Tensor {
  const next = normals(uniforms(seed, 'init', [index]));
  const count = dims.reduce((product, dim) => product * dim, 1);
  return floats(
    dims,
    Array.from({ length: count }, () => from(next())),
  );
}
