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
  readonly options: Omit<WorkerOptions, 'threads'>;
  /** Prompts of several problems without examples, for `generate`. */
  readonly zeroShot: boolean;
  readonly peers: readonly Peer[];
  /** Tokens of the whole work, of which a round is a part. */
  readonly wholeTokens?: number;
}

const GROUP = { rows: GROUP_SIZE, newTokens: 128, groupSize: GROUP_SIZE, full: false } as const;

function decodeRow(rows: number, bar: { readonly atLeast?: number }): PeerRow {
  return {
    name: `decode-${rows}`,
    title: `decode, ${rows} different rows, mean context 256`,
    ours: 'decode',
    options: { rows, newTokens: 33, groupSize: 1, full: false },
    zeroShot: false,
    peers: [
      { name: 'transformers fp32', work: 'decode', dtype: 'float32', ...bar },
      { name: 'transformers bf16', work: 'decode', dtype: 'bfloat16' },
    ],
  };
}

export const PEER_ROWS: readonly PeerRow[] = [
  decodeRow(1, {}),
  decodeRow(8, { atLeast: 3 }),
  decodeRow(32, { atLeast: 3 }),
  {
    name: 'rollout',
    title: 'rollout of a group of 8, prompt with 8 examples',
    ours: 'rollout',
    options: GROUP,
    zeroShot: false,
    peers: [
      { name: 'generate fp32', work: 'generate', dtype: 'float32', atLeast: 6 },
      { name: 'generate bf16', work: 'generate', dtype: 'bfloat16' },
    ],
  },
  {
    name: 'train',
    title: 'LoRA training pass of a group of 8, prompt with 8 examples',
    ours: 'train',
    options: GROUP,
    zeroShot: false,
    peers: [
      { name: 'torch fp32', work: 'train', dtype: 'float32', atLeast: 4 },
      { name: 'torch bf16', work: 'train', dtype: 'bfloat16', atLeast: 2.4 },
    ],
  },
  {
    name: 'step',
    title: 'whole GRPO step, LoRA of rank 16, group of 8, prompt without examples',
    ours: 'step',
    options: GROUP,
    zeroShot: true,
    peers: [
      { name: 'TRL fp32', work: 'step', dtype: 'float32', atLeast: 4, memoryAtLeast: 2 },
      { name: 'TRL bf16', work: 'step', dtype: 'bfloat16', atLeast: 2.5 },
    ],
  },
  {
    // 50 problems, 3 epochs, 4 completions of each, 128 tokens: ours with training, theirs without.
    name: 'seed',
    title: '600 completions: ours with training, transformers without',
    ours: 'step',
    options: { rows: 32, newTokens: 128, groupSize: 4, full: false },
    zeroShot: true,
    wholeTokens: 50 * 3 * 4 * 128,
    peers: [
      { name: 'generate fp32, batch 16', work: 'generate', dtype: 'float32', rows: 16, atLeast: 1.6 },
      { name: 'generate fp32, batch 32', work: 'generate', dtype: 'float32', rows: 32, atLeast: 1.6 },
    ],
  },
];
