/** The benchmarks of our own speed. */
import { GROUP_SIZE } from './assets.ts';
import type { WorkerOptions } from './options.ts';
import type { WorkName } from './ourWorker.ts';

export interface SpeedRow {
  readonly name: string;
  readonly work: WorkName;
  readonly options: Omit<WorkerOptions, 'device' | 'threads'>;
  /** Measured where it is named: of use on graphics cards alone. */
  readonly onlyNamed?: true;
  /** What the peak of memory may come to in bytes, where something was promised. */
  readonly memoryLimit?: number;
}

/** One prefill of 240 tokens and 32 decode steps: a mean context of 256. */
const DECODE = { newTokens: 33, groupSize: 1, full: false, base: 'float32' } as const;
/** A group. */
const GROUP = {
  rows: GROUP_SIZE,
  newTokens: 128,
  groupSize: GROUP_SIZE,
  full: false,
  base: 'float32',
} as const;

export const SPEED_ROWS: readonly SpeedRow[] = [
  { name: 'decode-1', work: 'decode', options: { ...DECODE, rows: 1 } },
  { name: 'decode-8', work: 'decode', options: { ...DECODE, rows: 8 } },
  { name: 'decode-32', work: 'decode', options: { ...DECODE, rows: 32 } },
  { name: 'decode-8-int8', work: 'decode', options: { ...DECODE, rows: 8, base: 'int8' } },
  { name: 'decode-32-int8', work: 'decode', options: { ...DECODE, rows: 32, base: 'int8' } },
  { name: 'decode-32-float16', work: 'decode', options: { ...DECODE, rows: 32, base: 'float16' }, onlyNamed: true },
  { name: 'rollout', work: 'rollout', options: GROUP },
  { name: 'train', work: 'train', options: GROUP },
  { name: 'train-int8', work: 'train', options: { ...GROUP, base: 'int8' } },
  { name: 'step', work: 'step', options: GROUP, memoryLimit: 3e9 },
  { name: 'step-int8', work: 'step', options: { ...GROUP, base: 'int8' } },
  { name: 'step-float16', work: 'step', options: { ...GROUP, base: 'float16' }, onlyNamed: true },
  { name: 'full', work: 'step', options: { ...GROUP, full: true }, memoryLimit: 6e9 },
];
