/** What is held against what, and by how much ours shall be ahead ("Must reach"). */
import { GROUP_SIZE } from '../speed/assets.ts';
import type { WorkerOptions } from '../speed/options.ts';
import type { WorkName } from '../speed/ourWorker.ts';

export interface Peer {
  readonly name: string;
  /** A module of `works/`. */
  readonly work: 'decode' | 'generate' | 'train' | 'step';
  readonly dtype: 'float32' | 'bfloat16';
  /** Where it takes another number of rows at once than ours. */
  readonly rows?: number;
  /** Ratio that is to be reached at least; absent where nothing was promised against this peer. */
  readonly atLeast?: number;
  /** The same of the peaks of memory. */
  readonly memoryAtLeast?: number;
}

export interface PeerRow {
  readonly name: string;
  readonly title: string;
  readonly ours: WorkName;
  readonly options: Omit<WorkerOptions, 'device' | 'threads'>;
  /** Prompts of several problems without examples, for `generate`. */
  readonly zeroShot: boolean;
  readonly peers: readonly Peer[];
  /** Tokens of the whole work, of which a round is a part. */
  readonly wholeTokens?: number;
}

/** Rows at once of `seed`'s peers; the best of them counts. 64 were slower than 32, and would take most of the time of the row. */
const SEED_BATCHES = [16, 32];

type Base = WorkerOptions['base'];

/** Ratios that are to be reached against 32 and against 16 bits. */
interface Bars {
  readonly float32?: number;
  readonly bfloat16?: number;
}

function group(base: Base): PeerRow['options'] {
  return { rows: GROUP_SIZE, newTokens: 128, groupSize: GROUP_SIZE, full: false, base };
}

function decodeRow(rows: number, base: Base, { float32, bfloat16 }: Bars): PeerRow {
  return {
    name: named(`decode-${rows}`, base),
    title: titled(`decode, ${rows} different rows, mean context 256`, base),
    ours: 'decode',
    options: { rows, newTokens: 33, groupSize: 1, full: false, base },
    zeroShot: false,
    peers: [
      { name: 'transformers fp32', work: 'decode', dtype: 'float32', ...(float32 && { atLeast: float32 }) },
      { name: 'transformers bf16', work: 'decode', dtype: 'bfloat16', ...(bfloat16 && { atLeast: bfloat16 }) },
    ],
  };
}

function rolloutRow(base: Base): PeerRow {
  return {
    name: named('rollout', base),
    title: titled('rollout of a group of 8, prompt with 8 examples', base),
    ours: 'rollout',
    options: group(base),
    zeroShot: false,
    peers: [
      { name: 'generate fp32', work: 'generate', dtype: 'float32', atLeast: 6 },
      { name: 'generate bf16', work: 'generate', dtype: 'bfloat16' },
    ],
  };
}

function trainRow(base: Base, { float32, bfloat16 }: Bars): PeerRow {
  return {
    name: named('train', base),
    title: titled('LoRA training pass of a group of 8, prompt with 8 examples', base),
    ours: 'train',
    options: group(base),
    zeroShot: false,
    peers: [
      { name: 'torch fp32', work: 'train', dtype: 'float32', ...(float32 && { atLeast: float32 }) },
      { name: 'torch bf16', work: 'train', dtype: 'bfloat16', ...(bfloat16 && { atLeast: bfloat16 }) },
    ],
  };
}

function stepRow(base: Base): PeerRow {
  return {
    name: named('step', base),
    title: titled('whole GRPO step, LoRA of rank 16, group of 8, prompt without examples', base),
    ours: 'step',
    options: group(base),
    zeroShot: true,
    peers: [
      { name: 'TRL fp32', work: 'step', dtype: 'float32', atLeast: 4, memoryAtLeast: 2 },
      { name: 'TRL bf16', work: 'step', dtype: 'bfloat16', atLeast: 2.5 },
    ],
  };
}

/** 50 problems, 3 epochs, 4 completions of each, 128 tokens: ours with training, theirs without, at several sizes of batch. */
function seedRow(base: Base, atLeast: number): PeerRow {
  return {
    name: named('seed', base),
    title: titled('600 completions: ours with training, transformers without', base),
    ours: 'step',
    options: { rows: 32, newTokens: 128, groupSize: 4, full: false, base },
    zeroShot: true,
    wholeTokens: 50 * 3 * 4 * 128,
    peers: SEED_BATCHES.map((rows) => ({
      name: `generate fp32, batch ${rows}`,
      work: 'generate',
      dtype: 'float32',
      rows,
      atLeast,
    })),
  };
}

function named(name: string, base: Base): string {
  return base === 'float32' ? name : `${name}-${base}`;
}

function titled(title: string, base: Base): string {
  return base === 'float32' ? title : `${title}; our base in 8 bits`;
}

export const PEER_ROWS: readonly PeerRow[] = [
  decodeRow(1, 'float32', {}),
  decodeRow(8, 'float32', { float32: 3 }),
  decodeRow(32, 'float32', { float32: 3 }),
  decodeRow(8, 'int8', { float32: 5, bfloat16: 4 }),
  decodeRow(32, 'int8', { float32: 4.2, bfloat16: 3.4 }),
  rolloutRow('float32'),
  rolloutRow('int8'),
  trainRow('float32', { float32: 4, bfloat16: 2.4 }),
  trainRow('int8', { bfloat16: 4 }),
  stepRow('float32'),
  stepRow('int8'),
  seedRow('float32', 1.6),
  seedRow('int8', 3),
];
