/** Elementwise operations, with NumPy broadcasting. A number stands for a scalar constant of the other operand's type. */
import type { Value } from '../graph.ts';
import { DATA_TYPE } from '../protobuf.ts';
import { broadcastShapes } from '../shape.ts';
import type { DType } from '../valueType.ts';
import { single } from './single.ts';

export type Operand = Value | number;

function operands(a: Operand, b: Operand): readonly [Value, Value] {
  if (typeof a !== 'number') return [a, typeof b === 'number' ? a.graph.scalar(b, a.dtype) : b];
  if (typeof b !== 'number') return [b.graph.scalar(a, b.dtype), b];
  throw new Error('an operation needs at least one value');
}

function binary(type: string, a: Operand, b: Operand, dtype?: DType): Value {
  const [left, right] = operands(a, b);
  return single(type, [left, right], dtype ?? left.dtype, broadcastShapes(type, left.shape, right.shape));
}

const unary = (type: string, x: Value): Value => single(type, [x], x.dtype, x.shape);

export const add = (a: Operand, b: Operand): Value => binary('Add', a, b);
export const sub = (a: Operand, b: Operand): Value => binary('Sub', a, b);
export const mul = (a: Operand, b: Operand): Value => binary('Mul', a, b);
export const div = (a: Operand, b: Operand): Value => binary('Div', a, b);
export const min = (a: Operand, b: Operand): Value => binary('Min', a, b);
export const max = (a: Operand, b: Operand): Value => binary('Max', a, b);
export const neg = (x: Value): Value => unary('Neg', x);
export const exp = (x: Value): Value => unary('Exp', x);
export const log = (x: Value): Value => unary('Log', x);
export const sqrt = (x: Value): Value => unary('Sqrt', x);
export const tanh = (x: Value): Value => unary('Tanh', x);
export const sin = (x: Value): Value => unary('Sin', x);
export const cos = (x: Value): Value => unary('Cos', x);
export const sigmoid = (x: Value): Value => unary('Sigmoid', x);

/** Integer remainder with the sign of the divisor. */
export const mod = (a: Operand, b: Operand): Value => binary('Mod', a, b);
export const less = (a: Operand, b: Operand): Value => binary('Less', a, b, 'bool');
export const lessOrEqual = (a: Operand, b: Operand): Value => binary('LessOrEqual', a, b, 'bool');
export const greater = (a: Operand, b: Operand): Value => binary('Greater', a, b, 'bool');
export const equal = (a: Operand, b: Operand): Value => binary('Equal', a, b, 'bool');
export const and = (a: Value, b: Value): Value => binary('And', a, b);
export const or = (a: Value, b: Value): Value => binary('Or', a, b);

/** min(max(x, low), high); the gradient passes inside the bounds, both included. */
export function clip(x: Value, low: number, high: number): Value {
  return single('Clip', [x, x.graph.scalar(low, x.dtype), x.graph.scalar(high, x.dtype)], x.dtype, x.shape);
}

/** `a` where the condition holds, else `b`. */
export function where(condition: Value, a: Operand, b: Operand): Value {
  const [left, right] = operands(a, b);
  const shape = broadcastShapes('Where', condition.shape, broadcastShapes('Where', left.shape, right.shape));
  return single('Where', [condition, left, right], left.dtype, shape);
}

export function cast(x: Value, dtype: DType): Value {
  return x.dtype === dtype ? x : single('Cast', [x], dtype, x.shape, { to: DATA_TYPE[dtype] });
}

/** The value, through which no gradient flows. */
export const stopGradient = (x: Value): Value => unary('Identity', x);

/** The tanh approximation of GELU (GPT-2's `gelu_new`), arXiv:1606.08415. */
export const fastGelu = (x: Value): Value => single('FastGelu', [x, null], x.dtype, x.shape, {}, 'com.microsoft');
