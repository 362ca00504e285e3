/**
 * The module `rlvr` that reward files import: types, and functions too hard to write anew in each. The engine bundles what a reward
 * file uses of it into the reward. `rlvr.d.ts`, which lies beside reward files, is made of the files named here.
 */
export type * from './types.ts';
export * from './answers.ts';
export * from './numbers.ts';
export * from './services.ts';
export * from './extraction.ts';
export * from './jsonSchema.ts';
