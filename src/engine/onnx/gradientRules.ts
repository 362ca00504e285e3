/**
 * One gradient rule per operation, for reverse mode: from the gradients of a node's outputs to those of its inputs (null where an
 * input has none). Rules are written with the operations themselves, so that a gradient is a graph like any other. Operations that
 * are missing here have no gradient, and asking for one is an error.
 */
import type { Node, Value } from './graph.ts';
import {
  add,
  div,
  equal,
  exp,
  expand,
  gatherElements,
  less,
  lessOrEqual,
  matmul,
  mul,
  neg,
  pad,
  reduceMean,
  reduceSum,
  reshape,
  rotary,
  scatterAdd,
  slice,
  sqrt,
  sub,
  tanh,
  transpose,
  where,
  zeros,
} from './operations.ts';
import { sumRows } from './rowSums.ts';
import { dimAt, dimProduct, sameShape, ShapeError, type Shape } from './shape.ts';

export interface RuleContext {
  readonly node: Node;
  /** The i-th input, which the operation requires. */
  readonly input: (index: number) => Value;
  readonly output: (index: number) => Value;
  /** Gradient of the first output. */
  readonly gradient: Value;
  /** Whether anything asked for depends on the i-th input; a rule may leave out the others. */
  readonly needs: (index: number) => boolean;
}

export type GradientRule = (context: RuleContext) => readonly (Value | null)[];

export const gradientRules: Readonly<Record<string, GradientRule>> = {
  // elementwise
  Add: ({ input, gradient: dy }) => [reduceTo(dy, input(0).shape), reduceTo(dy, input(1).shape)],
  Sub: ({ input, gradient: dy }) => [reduceTo(dy, input(0).shape), reduceTo(neg(dy), input(1).shape)],
  Mul: ({ input, needs, gradient: dy }) => [
    needs(0) ? reduceTo(mul(dy, input(1)), input(0).shape) : null,
    needs(1) ? reduceTo(mul(dy, input(0)), input(1).shape) : null,
  ],
  Div: ({ input, output, needs, gradient: dy }) => {
    const quotient = div(dy, input(1));
    return [
      reduceTo(quotient, input(0).shape),
      needs(1) ? reduceTo(neg(mul(quotient, output(0))), input(1).shape) : null,
    ];
  },
  Min: ({ input, gradient: dy }) => choose(lessOrEqual(input(0), input(1)), input(0), input(1), dy),
  Max: ({ input, gradient: dy }) => choose(less(input(0), input(1)), input(1), input(0), dy).toReversed(),
  Neg: ({ gradient: dy }) => [neg(dy)],
  Exp: ({ output, gradient: dy }) => [mul(dy, output(0))],
  Log: ({ input, gradient: dy }) => [div(dy, input(0))],
  Sqrt: ({ output, gradient: dy }) => [div(mul(dy, 0.5), output(0))],
  Tanh: ({ output, gradient: dy }) => [mul(dy, sub(1, mul(output(0), output(0))))],
  Sigmoid: ({ output, gradient: dy }) => [mul(dy, mul(output(0), sub(1, output(0))))],
  // clip(x) == x inside the bounds, both included
  Clip: ({ input, output, gradient: dy }) => [where(equal(input(0), output(0)), dy, 0), null, null],
  Where: ({ input, gradient: dy }) => [null, ...choose(input(0), input(1), input(2), dy)],
  // One side of every cast is not a float, and through those no gradient flows.
  Cast: () => [null],
  Identity: () => [null],
  // y = x/2 (1 + tanh u), u = c (x + 0.044715 x^3): dy/dx = (1 + t)/2 + x/2 (1 - t^2) du/dx
  FastGelu: ({ input, gradient: dy }) => {
    const x = input(0);
    const cube = mul(mul(x, x), GELU_C * GELU_CUBIC);
    const t = tanh(mul(x, add(cube, GELU_C)));
    const slope = mul(mul(x, 0.5), mul(sub(1, mul(t, t)), add(mul(cube, 3), GELU_C)));
    return [mul(dy, add(mul(add(t, 1), 0.5), slope))];
  },

  // matrix products
  MatMul: (context) => matmulGradient(context, false, false),
  FusedMatMul: (context) =>
    matmulGradient(context, context.node.attributes['transA'] === 1, context.node.attributes['transB'] === 1),

  // normalisation
  Softmax: ({ output, gradient: dy }) => {
    const weighted = mul(dy, output(0));
    return [sub(weighted, mul(output(0), reduceSum(weighted, [-1], true)))];
  },
  LogSoftmax: ({ output, gradient: dy }) => [sub(dy, mul(exp(output(0)), reduceSum(dy, [-1], true)))],
  // arXiv:1607.06450; with n = (x - mean) / std and g = dy * weight: dx = (g - mean(g) - n mean(g n)) / std
  LayerNormalization: ({ node, input, output, needs, gradient: dy }) => {
    const [x, weight, bias] = [input(0), input(1), input(2)];
    const normal = mul(sub(x, output(1)), output(2));
    const g = mul(dy, weight);
    const size = fixedSize(node, x, -1);
    const meanG = mul(reduceSum(g, [-1], true), 1 / size);
    const meanGn = mul(reduceSum(mul(g, normal), [-1], true), 1 / size);
    return [
      needs(0) ? mul(sub(sub(g, meanG), mul(normal, meanGn)), output(2)) : null,
      needs(1) ? reduceTo(mul(dy, normal), weight.shape) : null,
      needs(2) ? reduceTo(dy, bias.shape) : null,
    ];
  },
  // arXiv:1910.07467; with n = x / rms and g = dy * weight: dx = (g - n mean(g n)) / rms
  SimplifiedLayerNormalization: ({ node, input, needs, gradient: dy }) => {
    const [x, weight] = [input(0), input(1)];
    // Not the operation's second output, which WebGPU leaves unwritten.
    const inverseRms = div(1, sqrt(add(reduceMean(mul(x, x), [-1], true), numberAttribute(node, 'epsilon'))));
    const normal = mul(x, inverseRms);
    const g = mul(dy, weight);
    const meanGn = mul(reduceSum(mul(g, normal), [-1], true), 1 / fixedSize(node, x, -1));
    return [
      needs(0) ? mul(sub(g, mul(normal, meanGn)), inverseRms) : null,
      needs(1) ? reduceTo(mul(dy, normal), weight.shape) : null,
    ];
  },
  // A rotation's transpose is the rotation by the opposite angle.
  RotaryEmbedding: ({ node, input, gradient: dy }) => [
    rotary(dy, input(1), input(2), neg(input(3)), node.attributes['interleaved'] === 1),
    null,
    null,
    null,
  ],

  // reductions
  ReduceSum: ({ node, input, gradient: dy }) => [expandReduced(node, input(0), dy), null],
  ReduceMean: ({ node, input, gradient: dy }) => {
    const count = constantInts(node, 1).reduce((product, axis) => product * fixedSize(node, input(0), axis), 1);
    return [expandReduced(node, input(0), mul(dy, 1 / count)), null];
  },

  // movement of data
  Reshape: ({ input, gradient: dy }) => [reshape(dy, input(0).shape), null],
  Expand: ({ input, gradient: dy }) => [reduceTo(dy, input(0).shape), null],
  Transpose: ({ node, gradient: dy }) => {
    const permutation = intsAttribute(node, 'perm');
    return [
      transpose(
        dy,
        permutation.map((_, axis) => permutation.indexOf(axis)),
      ),
    ];
  },
  Concat: ({ node, gradient: dy }) => {
    const axis = numberAttribute(node, 'axis');
    let start = 0;
    return node.inputs.map((part) => {
      const size = part ? fixedSize(node, part, axis) : 0;
      start += size;
      return slice(dy, axis, start - size, start);
    });
  },
  Slice: ({ node, input, gradient: dy }) => {
    const [start, end, axis] = [constantInt(node, 1), constantInt(node, 2), constantInt(node, 3)];
    return [pad(dy, axis, start, fixedSize(node, input(0), axis) - end), null, null, null];
  },
  Pad: ({ node, input, gradient: dy }) => {
    const x = input(0);
    const before = constantInts(node, 1);
    const axis = before.findIndex((width) => width > 0) % x.shape.length;
    const start = before[axis] ?? 0;
    return [slice(dy, axis, start, start + fixedSize(node, x, axis)), null];
  },
  Gather: ({ node, input, gradient: dy }) => {
    if (numberAttribute(node, 'axis') !== 0) throw new Error('Gather: the gradient is defined for rows');
    const [table, indices] = [input(0), input(1)];
    const taken = dimProduct(indices.shape);
    const rows = reshape(dy, [taken, dimProduct(table.shape.slice(1))]);
    const sums = sumRows(rows, reshape(indices, [taken]), dimAt('Gather', table.shape, 0));
    return [reshape(sums, table.shape), null];
  },
  GatherElements: ({ input, gradient: dy }) => [
    scatterAdd(zeros(input(0).graph, input(0).shape), input(1), dy, -1),
    null,
  ],
  ScatterElements: ({ node, input, needs, gradient: dy }) => {
    if (node.attributes['reduction'] !== 'add' || numberAttribute(node, 'axis') !== dy.shape.length - 1)
      throw new Error('ScatterElements: the gradient is defined for sums along the last axis');
    return [dy, null, needs(2) ? gatherElements(dy, input(1)) : null];
  },
};

const GELU_C = Math.sqrt(2 / Math.PI);
const GELU_CUBIC = 0.044715;

/** Sums a gradient over the axes that broadcasting had added or stretched. */
export function reduceTo(gradient: Value, shape: Shape): Value {
  if (sameShape(gradient.shape, shape)) return gradient;
  const extra = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((dim, axis) =>
    axis < extra || (shape[axis - extra] === 1 && dim !== 1) ? [axis] : [],
  );
  return reshape(reduceSum(gradient, axes), shape);
}

/** Gradients of `condition ? a : b`. */
function choose(condition: Value, a: Value, b: Value, dy: Value): [Value, Value] {
  return [reduceTo(where(condition, dy, 0), a.shape), reduceTo(where(condition, 0, dy), b.shape)];
}

/**
 * For y = A' B' with A' = A or its transpose: dA' = dy B'^T and dB' = A'^T dy, written so that only the flags of the products change.
 * A matrix shared by all rows of a higher-rank operand takes one product over the rows of all.
 */
function matmulGradient(
  { input, needs, gradient: dy }: RuleContext,
  transA: boolean,
  transB: boolean,
): (Value | null)[] {
  const [a, b] = [input(0), input(1)];
  const rowsOf = (x: Value): Value => reshape(x, [dimProduct(x.shape.slice(0, -1)), dimAt('MatMul', x.shape, -1)]);
  const shared = b.shape.length === 2 && a.shape.length > 2 && !transA;
  const [left, grad] = shared && needs(1) ? [rowsOf(a), rowsOf(dy)] : [a, dy];
  const dA = transA ? () => matmul(b, dy, { transA: transB, transB: true }) : () => matmul(dy, b, { transB: !transB });
  const dB = transB
    ? () => matmul(grad, left, { transA: true, transB: transA })
    : () => matmul(left, grad, { transA: !transA });
  return [needs(0) ? reduceTo(dA(), a.shape) : null, needs(1) ? reduceTo(dB(), b.shape) : null];
}

function expandReduced(node: Node, x: Value, dy: Value): Value {
  const reduced = new Set(constantInts(node, 1));
  const kept = x.shape.map((dim, axis) => (reduced.has(axis) ? 1 : dim));
  return expand(reshape(dy, kept), x.shape);
}

/** The size of an axis that a rule computes with. */
function fixedSize(node: Node, x: Value, axis: number): number {
  const size = dimAt(node.type, x.shape, axis);
  if (typeof size !== 'number')
    throw new ShapeError(node.type, `has no gradient over an axis of named size ${size}`, x.shape);
  return size;
}

function numberAttribute(node: Node, name: string): number {
  const value = node.attributes[name];
  if (typeof value !== 'number') throw new Error(`${node.type}: attribute ${name} is missing`);
  return value;
}

function intsAttribute(node: Node, name: string): readonly number[] {
  const value = node.attributes[name];
  if (typeof value !== 'object') throw new Error(`${node.type}: attribute ${name} is missing`);
  return value;
}

/** The numbers of a constant int64 input, such as axes. */
function constantInts(node: Node, index: number): number[] {
  const value = node.inputs[index];
  const data = value ? value.graph.constants.get(value) : undefined;
  if (!data) throw new Error(`${node.type}: input ${index} must be a constant`);
  return Array.from(data, Number);
}

function constantInt(node: Node, index: number): number {
  const [first] = constantInts(node, index);
  if (first === undefined) throw new Error(`${node.type}: input ${index} is empty`);
  return first;
}
