import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runOnce } from '../../../test/support/onnx.ts';
import { Graph, typedArray, type Value } from './graph.ts';
import type { DType } from './valueType.ts';
import * as operations from './operations.ts';
import { ShapeError } from './shape.ts';

const TYPES: readonly DType[] = ['float32', 'int64', 'int32', 'bool', 'uint8'];

const row = (x: Value) => operations.reshape(operations.slice(x, 0, 0, 1), [2]);
const square = (x: Value) => x.graph.constant('int64', [2, 2], typedArray('int64', [0, 1, 1, 0]));

const bytes = (x: Value) => x.graph.constant('int8', [2, 2], typedArray('int8', [1, 2, 3, 4]));

/** Every operation on two `[2, 2]` operands of one type. */
const uses: Readonly<Record<keyof typeof operations, (x: Value, y: Value) => Value>> = {
  add: operations.add,
  sub: operations.sub,
  mul: operations.mul,
  div: operations.div,
  min: operations.min,
  max: operations.max,
  mod: operations.mod,
  neg: operations.neg,
  exp: operations.exp,
  log: operations.log,
  sqrt: operations.sqrt,
  sin: operations.sin,
  cos: operations.cos,
  tanh: operations.tanh,
  sigmoid: operations.sigmoid,
  less: operations.less,
  lessOrEqual: operations.lessOrEqual,
  greater: operations.greater,
  equal: operations.equal,
  and: operations.and,
  or: operations.or,
  loop: (x) =>
    operations.loop(x.graph.scalar(2, 'int64'), 2, [x], (_, [before]) => ({
      carried: before ? [operations.stopGradient(before)] : [],
      kept: {},
      goesOn: null,
    })).carried[0] ?? x,
  clip: (x) => operations.clip(x, 0, 1),
  where: (x, y) => operations.where(operations.cast(x, 'bool'), x, y),
  cast: (x) =>
    operations.reshape(
      TYPES.reduce((value, type) => operations.cast(value, type), x),
      [4],
    ),
  stopGradient: operations.stopGradient,
  fastGelu: operations.fastGelu,
  matmul: (x, y) => operations.matmul(x, y),
  gemm: (x, y) => operations.gemm(x, y, { transB: true, bias: row(y) }),
  matmulBlocks: (x, y) => {
    return operations.matmulBlocks(x, x.graph.constant('uint8', [2, 1, 8], new Uint8Array(16)), row(y), {
      blockSize: 16,
    });
  },
  dequantizeBlocks: (x) => {
    const values = x.graph.constant('uint4', [2, 16], new Uint8Array(16));
    const scales = operations.slice(x, 1, 0, 1);
    return operations.dequantizeBlocks(values, scales, 2, { blockSize: 16 });
  },
  matmulHalves: (x) =>
    operations.matmulHalves(
      x,
      operations.cast(x.graph.constant('float32', [1, 2, 2], Float32Array.of(1, 2, 3, 4)), 'float16'),
    ),
  matmulRows: (x, y) => operations.matmulRows(x, bytes(x), row(y)),
  matmulRowsTransposed: (x, y) => operations.matmulRowsTransposed(x, bytes(x), row(y)),
  dequantizeRows: (x) => operations.dequantizeRows(bytes(x), row(x)),
  softmax: operations.softmax,
  logSoftmax: operations.logSoftmax,
  layerNorm: (x, y) => operations.layerNorm(x, row(y), row(y), 1e-5),
  rmsNorm: (x, y) => operations.rmsNorm(x, row(y), 1e-5),
  rotary: (x, y) => {
    const positions = x.graph.constant('int64', [1, 2], typedArray('int64', [0, 1]));
    const table = operations.slice(y, 1, 0, 1);
    return operations.rotary(operations.reshape(x, [1, 1, 2, 2]), positions, table, table);
  },
  reduceSum: (x) => operations.reduceSum(x, [0]),
  reduceMean: (x) => operations.reduceMean(x, [0]),
  reduceMax: (x) => operations.reduceMax(x, [0]),
  sumAll: operations.sumAll,
  argMax: operations.argMax,
  cumSum: (x) => operations.cumSum(x),
  topK: (x) => operations.topK(x, x.graph.ints([1]), 1).values,
  reshape: (x) => operations.reshape(x, [4]),
  after: (x, y) => operations.after(row(x), y),
  expand: (x) => operations.expand(x, [3, 2, 2]),
  transpose: (x) => operations.transpose(x, [1, 0]),
  concat: (x, y) => operations.concat([x, y], 0),
  slice: (x) => operations.slice(x, 1, 0, 1),
  split: (x) => operations.concat(operations.split(x, 0, [1, 1]), 0),
  splitLast: (x) => operations.splitLast(x, 1).last,
  pad: (x) => operations.pad(x, 0, 1, 1),
  zeros: (x) => operations.zeros(x.graph, [2]),
  range: (x) => operations.range(x.graph, 'rows'),
  dimension: (x) => operations.dimension(x.graph, 'rows'),
  gather: (x) => operations.gather(x, square(x)),
  gatherElements: (x) => operations.gatherElements(x, square(x)),
  scatterAdd: (x, y) => operations.scatterAdd(x, square(x), y, 0),
  scatterMax: (x, y) => operations.scatterMax(x, square(x), y, 0),
  scatterMin: (x, y) => operations.scatterMin(x, square(x), y, 0),
};

describe('what an operation takes, ONNX Runtime runs on the CPU', () => {
  test('every operation is tried', () => {
    assert.deepEqual(Object.keys(uses).toSorted(), Object.keys(operations).toSorted());
  });

  for (const [name, build] of Object.entries(uses))
    test(name, async () => {
      const taken: DType[] = [];
      for (const type of TYPES) {
        const graph = new Graph();
        graph.input('named', 'float32', ['rows']);
        const [x, y] = [graph.input('x', type, [2, 2]), graph.input('y', type, [2, 2])];
        let result: Value;
        try {
          result = build(x, y);
        } catch (error) {
          assert.ok(error instanceof ShapeError);
          assert.match(error.message, /: input \d is \w+, which must be \w+.*: \[/);
          continue;
        }
        const ones = { data: typedArray(type, [1, 1, 1, 1]), dims: [2, 2] };
        await runOnce(graph, [result], { x: ones, y: ones, named: { data: new Float32Array(3), dims: [3] } });
        taken.push(type);
      }
      assert.notEqual(taken.length, 0);
    });
});

test('operands of one operation have one type, and the message says which has not', () => {
  const graph = new Graph();
  const [float, int, bool] = [
    graph.input('f', 'float32', ['rows', 2]),
    graph.input('i', 'int64', [2]),
    graph.input('b', 'bool', [2]),
  ];
  assert.throws(() => operations.add(float, int), {
    name: 'ShapeError',
    message: 'Add: input 1 is int64, which must be float32: [rows, 2], [2]',
  });
  assert.throws(() => operations.where(float, float, float), /Where: input 0 is float32, which must be bool/);
  assert.throws(() => operations.where(bool, float, int), /Where: input 2 is int64, which must be float32/);
  assert.throws(() => operations.gather(float, float), /Gather: input 1 is float32, which must be int64 or int32/);
  assert.throws(() => operations.concat([int, int, bool], 0), /Concat: input 2 is bool, which must be int64/);
  assert.throws(() => operations.neg(bool), /Neg: input 0 is bool, which must be float32 or int64 or int32: \[2\]/);
});
