/**
 * Drawing an index with given probabilities from one uniform number per row, inside the graph, by the inverse of the cumulative
 * distribution (Devroye, "Non-Uniform Random Variate Generation", 1986, III.2).
 *
 * Rounding cannot do harm: the total is what the cumulative sum itself arrives at, a uniform number is at most 1 - 2^-24, and the
 * product of both is then below the total in float32. So an index is always found, and never one of mass 0, whose step of the
 * cumulative sum has no width. Uniform numbers are steps of 2^-24 and are moved to the middle of their step: a 0 would always draw the
 * first index of any mass, however small.
 */
import type { Value } from '../onnx/graph.ts';
import {
  add,
  cast,
  clip,
  cumSum,
  div,
  gather,
  gatherElements,
  lessOrEqual,
  mul,
  pad,
  range,
  reduceSum,
  reshape,
  slice,
  sub,
} from '../onnx/operations.ts';
import { dimAt, dimProduct, ShapeError, type Dim } from '../onnx/shape.ts';

/** The largest number below 1 that `uniform` can draw. */
const LARGEST_UNIFORM = 1 - 2 ** -24;

/** Half a step of the numbers that `uniform` draws. */
const HALF_STEP = 2 ** -25;

/** Rows up to this long are summed in one go: cutting them up would cost more than it saves. */
const FLAT_SIZE = 32;

/**
 * An index of the last axis, drawn with probability mass / total of the masses.
 *
 * A cumulative sum is serial and slow, so the masses are cut into blocks of about the square root of their number: one cumulative
 * sum chooses the block, another the element in it.
 *
 * @param masses float32 `[rows, size]`, not negative, not all 0; the size is a number
 * @param uniforms float32 `[rows, 1]` in [0, 1), multiples of 2^-24
 * @returns int64 `[rows, 1]`
 */
export function drawIndex(masses: Value, uniforms: Value): Value {
  const [rows, size] = rowsAndSize(masses);
  const drawn = centred(uniforms);
  if (size <= FLAT_SIZE) return locate(masses, drawn, fullTotal).index;
  const block = 2 ** Math.round(Math.log2(Math.sqrt(size)));
  const blocks = Math.ceil(size / block);
  const cut = reshape(pad(masses, -1, 0, blocks * block - size), [rows, blocks, block]);
  const outer = locate(reduceSum(cut, [-1]), drawn, fullTotal);
  const row = reshape(range(masses.graph, rows), [rows, 1]);
  const chosen = gather(reshape(cut, [dimProduct([rows, blocks]), block]), add(mul(row, blocks), outer.index));
  const inner = locate(reshape(chosen, [rows, block]), outer.within, fullTotal);
  return add(mul(outer.index, block), inner.index);
}

export interface PrefixDraw {
  /** int64 `[rows, 1]` */
  readonly index: Value;
  /** The mass at the index over the sum of those that could have been drawn, float32 `[rows, 1]`. */
  readonly probability: Value;
}

/**
 * The same among the first `kept` masses of each row.
 *
 * @param masses float32 `[rows, size]`; the first of each row is not 0
 * @param kept int64 `[rows, 1]`, at least 1
 */
export function drawFromPrefix(masses: Value, kept: Value, uniforms: Value): PrefixDraw {
  const last = sub(kept, 1);
  const prefixTotal: Total = (before) => add(gatherElements(before, last), gatherElements(masses, last));
  const { index, mass, total } = locate(masses, centred(uniforms), prefixTotal);
  return { index, probability: div(mass, total) };
}

/** The sum of the masses to draw from, `[rows, 1]`, given those before each element. */
type Total = (before: Value, masses: Value) => Value;

const fullTotal: Total = (before, masses) => {
  const [, size] = rowsAndSize(masses);
  return add(slice(before, -1, size - 1, size), slice(masses, -1, size - 1, size));
};

/** Numbers of [0, 1) in the middle of their steps, so never 0. */
function centred(uniforms: Value): Value {
  return clip(add(uniforms, HALF_STEP), HALF_STEP, LARGEST_UNIFORM);
}

interface Located {
  readonly index: Value;
  readonly mass: Value;
  readonly total: Value;
  /** How far into the element's own mass the number falls: again uniform in (0, 1). */
  readonly within: Value;
}

/** The last element before which at most u * total lies; everything `[rows, 1]`. */
function locate(masses: Value, uniforms: Value, totalOf: Total): Located {
  const before = cumSum(masses, { exclusive: true });
  const total = totalOf(before, masses);
  const target = mul(uniforms, total);
  const index = sub(reduceSum(cast(lessOrEqual(before, target), 'int64'), [-1], true), 1);
  const mass = gatherElements(masses, index);
  const within = clip(div(sub(target, gatherElements(before, index)), mass), HALF_STEP, LARGEST_UNIFORM);
  return { index, mass, total, within };
}

function rowsAndSize(masses: Value): readonly [rows: Dim, size: number] {
  const size = dimAt('drawIndex', masses.shape, -1);
  if (typeof size !== 'number' || masses.shape.length !== 2)
    throw new ShapeError('drawIndex', 'needs [rows, a fixed size]', masses.shape);
  return [dimAt('drawIndex', masses.shape, 0), size];
}
