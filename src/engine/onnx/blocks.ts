/** Matrices whose values share scales in blocks, 4 bits each. */

/** How a matrix `[outFeatures, inFeatures]` is held: cut along its rows into blocks, each of which has a scale. */
export interface BlockQuantization {
  /** Values that share a scale: a power of two from 16. */
  readonly blockSize: number;
}

/** The last block of a row is filled up where the row ends within it. */
export function blocksIn(features: number, { blockSize }: BlockQuantization): number {
  return Math.ceil(features / blockSize);
}

/** Bytes of a block. */
export function blockBytes({ blockSize }: BlockQuantization): number {
  return blockSize / 2;
}
