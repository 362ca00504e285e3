/** What this processor's products of 8-bit integers are good for. */
import { Graph } from './graph.ts';
import { matmulRows } from './operations.ts';
import { serialize } from './serialize.ts';
import { Session } from './session.ts';

/** Levels of a weight on either side of 0. */
export const FULL_LEVELS = 127;
/**
 * x86 processors without VNNI add the products of two neighbours in 16 bits, which overflow with more: 2 x 255 x 63 fit. ONNX Runtime's
 * quantisation tools call it a reduced range.
 */
export const REDUCED_LEVELS = 63;

const INNER = 64;

/** How many levels a weight may have here so that sums are exact: tried with the largest numbers there are. */
export async function weightLevels(): Promise<number> {
  const graph = new Graph();
  const x = graph.input('x', 'float32', [1, INNER]);
  const values = graph.constant('int8', [1, INNER], new Int8Array(INNER).fill(FULL_LEVELS));
  const y = matmulRows(x, values, graph.constant('float32', [1], Float32Array.of(1)));
  const session = await Session.open(serialize(graph, { y }), { providers: ['cpu'], threads: 1, use: 'train' });
  try {
    const result = await session.run({ x: { data: new Float32Array(INNER).fill(1), dims: [1, INNER] } }, ['y']);
    const [sum = NaN] = result.y.data;
    return Math.abs(Number(sum) - INNER * FULL_LEVELS) < 1 ? FULL_LEVELS : REDUCED_LEVELS;
  } finally {
    await session.release();
  }
}
