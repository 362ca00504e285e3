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

/** Rows at once of `seed`'s peers; the best of them counts. */
const SEED_BATCHES = [16, 32, 64];

type RolloutWeights = WorkerOptions['rolloutWeights'];

/** Ratios that are to be reached against 32 and against 16 bits. */
interface Bars {
  readonly float32?: number;
  readonly bfloat16?: number;
}

function group(rolloutWeights: RolloutWeights): PeerRow['options'] {
  return { rows: GROUP_SIZE, newTokens: 128, groupSize: GROUP_SIZE, full: false, rolloutWeights };
}

function decodeRow(rows: number, rolloutWeights: RolloutWeights, { float32, bfloat16 }: Bars): PeerRow {
  return {
    name: named(`decode-${rows}`, rolloutWeights),
    title: titled(`decode, ${rows} different rows, mean context 256`, rolloutWeights),
    ours: 'decode',
    options: { rows, newTokens: 33, groupSize: 1, full: false, rolloutWeights },
    zeroShot: false,
    peers: [
      { name: 'transformers fp32', work: 'decode', dtype: 'float32', ...(float32 && { atLeast: float32 }) },
      { name: 'transformers bf16', work: 'decode', dtype: 'bfloat16', ...(bfloat16 && { atLeast: bfloat16 }) },
    ],
  };
}

function rolloutRow(rolloutWeights: RolloutWeights): PeerRow {
  return {
    name: named('rollout', rolloutWeights),
    title: titled('rollout of a group of 8, prompt with 8 examples', rolloutWeights),
    ours: 'rollout',
    options: group(rolloutWeights),
    zeroShot: false,
    peers: [
      { name: 'generate fp32', work: 'generate', dtype: 'float32', atLeast: 6 },
      { name: 'generate bf16', work: 'generate', dtype: 'bfloat16' },
    ],
  };
}

function stepRow(rolloutWeights: RolloutWeights): PeerRow {
  return {
    name: named('step', rolloutWeights),
    title: titled('whole GRPO step, LoRA of rank 16, group of 8, prompt without examples', rolloutWeights),
    ours: 'step',
    options: group(rolloutWeights),
    zeroShot: true,
    peers: [
      { name: 'TRL fp32', work: 'step', dtype: 'float32', atLeast: 4, memoryAtLeast: 2 },
      { name: 'TRL bf16', work: 'step', dtype: 'bfloat16', atLeast: 2.5 },
    ],
  };
}

/** 50 problems, 3 epochs, 4 completions of each, 128 tokens: ours with training, theirs without, at several sizes of batch. */
function seedRow(rolloutWeights: RolloutWeights, atLeast: number): PeerRow {
  return {
    name: named('seed', rolloutWeights),
    title: titled('600 completions: ours with training, transformers without', rolloutWeights),
    ours: 'step',
    options: { rows: 32, newTokens: 128, groupSize: 4, full: false, rolloutWeights },
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

function named(name: string, rolloutWeights: RolloutWeights): string {
  return rolloutWeights === 'float32' ? name : `${name}-${rolloutWeights}`;
}

function titled(title: string, rolloutWeights: RolloutWeights): string {
  return rolloutWeights === 'float32' ? title : `${title}; our rollouts in 8 bits`;
}

export const PEER_ROWS: readonly PeerRow[] = [
  decodeRow(1, 'float32', {}),
  decodeRow(8, 'float32', { float32: 3 }),
  decodeRow(32, 'float32', { float32: 3 }),
  decodeRow(8, 'int8', { float32: 5, bfloat16: 4 }),
  decodeRow(32, 'int8', { float32: 4.2, bfloat16: 3.4 }),
  rolloutRow('float32'),
  rolloutRow('int8'),
  {
    name: 'train',
    title: 'LoRA training pass of a group of 8, prompt with 8 examples',
    ours: 'train',
    options: group('float32'),
    zeroShot: false,
    peers: [
      { name: 'torch fp32', work: 'train', dtype: 'float32', atLeast: 4 },
      { name: 'torch bf16', work: 'train', dtype: 'bfloat16', atLeast: 2.4 },
    ],
  },
  stepRow('float32'),
  stepRow('int8'),
  seedRow('float32', 1.6),
  seedRow('int8', 3),
];
