/**
 * What the machine can do, in the same minute as the work that is held against it: bytes read from memory, and products of matrices, both
 * by ONNX Runtime as the engine calls it.
 */
import { Graph } from '../../../src/engine/onnx/graph.ts';
import { matmul } from '../../../src/engine/onnx/operations.ts';
import { serialize } from '../../../src/engine/onnx/serialize.ts';
import { Session, type Feeds } from '../../../src/engine/onnx/session.ts';
import { Stopwatch, type Measurement, type Work } from '../measurement.ts';
import type { WorkerOptions } from '../options.ts';

/** One row times a weight of 403 MB, more than any cache holds: as fast as the weight is read. */
const READ = { rows: 1, inner: 4096, columns: 24_576 };
/** 34 GFLOP on 50 MB. */
const PRODUCT = { rows: 2048, inner: 2048, columns: 4096 };
/** The least of so many, of each clock: other programs can only make it slower. */
const TRIES = 4;

type Size = typeof READ;

export async function openMachine({ threads }: Pick<WorkerOptions, 'threads'>): Promise<Work> {
  const read = await product(READ, threads);
  const multiply = await product(PRODUCT, threads);
  return {
    async run(): Promise<Measurement[]> {
      const bytes = READ.inner * READ.columns * Float32Array.BYTES_PER_ELEMENT;
      const operations = 2 * PRODUCT.rows * PRODUCT.inner * PRODUCT.columns;
      return [
        { work: 'memory bandwidth', ...(await best(read.run)), amount: bytes },
        { work: 'matrix rate', ...(await best(multiply.run)), amount: operations },
      ];
    },
    async close(): Promise<void> {
      await read.session.release();
      await multiply.session.release();
    },
  };
}

async function product({ rows, inner, columns }: Size, threads: number) {
  const graph = new Graph();
  const left = graph.input('left', 'float32', [rows, inner]);
  const right = graph.constant('float32', [inner, columns], ones(inner * columns));
  const model = serialize(graph, { product: matmul(left, right) });
  // As decode sessions are: weights repacked for speed.
  const session = await Session.open(model, { providers: ['cpu'], threads, use: 'decode' });
  const feeds: Feeds = { left: { data: ones(rows * inner), dims: [rows, inner] } };
  return { session, run: () => session.run(feeds) };
}

async function best(run: () => Promise<unknown>): Promise<ReturnType<Stopwatch['read']>> {
  const least = { wall_s: Infinity, cpu_s: Infinity };
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const watch = new Stopwatch();
    await run();
    const { wall_s, cpu_s } = watch.read();
    least.wall_s = Math.min(least.wall_s, wall_s);
    least.cpu_s = Math.min(least.cpu_s, cpu_s);
  }
  return least;
}

function ones(length: number): Float32Array {
  return new Float32Array(length).fill(1);
}
