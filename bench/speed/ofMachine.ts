/** How much of what the machine can do a piece of work makes use of, by the reads and products that it cannot do without. */
import { CONTEXT_PROMPT } from './assets.ts';
import type { Measurement } from './measurement.ts';
import type { WorkerOptions } from './options.ts';

/** GPT-2 124M: weights of the linear layers in its blocks, and of the head, which is the token embedding. */
const BLOCK_WEIGHTS = 12 * 12 * 768 ** 2;
const HEAD_WEIGHTS = 50_257 * 768;
/** Of a weight in a block and in the head; the scales of 8 bits, one for each output, hardly count. */
const WEIGHT_BYTES = {
  float32: { block: 4, head: 4 },
  float16: { block: 2, head: 4 },
  int8: { block: 1, head: 1 },
} as const;
/** Keys and values of all layers. */
const CACHE_BYTES_PER_TOKEN = 12 * 2 * 768 * Float32Array.BYTES_PER_ELEMENT;

/** A rate of the machine by the clock and by processor time, in units of work per second. */
export interface Rate {
  readonly wall: number;
  readonly cpu: number | null;
}

export function rateOf({ amount, wall_s, cpu_s }: Measurement): Rate {
  return { wall: amount / wall_s, cpu: cpu_s === null || cpu_s === 0 ? null : amount / cpu_s };
}

/**
 * What a measurement needed of which rate: decoding reads every weight and every row's cache at each step, prefill and training multiply.
 * null for work of several kinds.
 */
export function needed(
  measurement: Measurement,
  { rows, base }: Pick<WorkerOptions, 'rows' | 'base'>,
): { readonly of: string; readonly amount: number } | null {
  const { work, amount } = measurement;
  switch (work) {
    case 'decode': {
      const steps = amount / rows;
      const context = CONTEXT_PROMPT + steps / 2;
      const { block, head } = WEIGHT_BYTES[base];
      const weights = BLOCK_WEIGHTS * block + HEAD_WEIGHTS * head;
      return { of: 'memory bandwidth', amount: steps * (weights + rows * context * CACHE_BYTES_PER_TOKEN) };
    }
    case 'prefill':
      return { of: 'matrix rate', amount: 2 * BLOCK_WEIGHTS * amount };
    case 'train':
      // Forward, and backward to the activations: the weights of an adapter hardly count. The head at completion tokens only.
      return {
        of: 'matrix rate',
        amount: 4 * (BLOCK_WEIGHTS * (measurement.trained_tokens ?? amount) + HEAD_WEIGHTS * amount),
      };
    default:
      return null;
  }
}
