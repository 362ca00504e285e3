/** The problem sets that are shipped with the demo, and the tokenizer that fits them. The same whatever the model's seed. */
import { uniforms } from '../../src/engine/random/keyed.ts';
import { CONTEXT_LENGTH } from './initialModel.ts';
import { drawProblems, splitSums, type ProblemRow, type Sum } from './stories.ts';
import { trainTokenizer, type TokenizerFiles } from './tokenizerFiles.ts';

const SEED = 0;
/** Every sum to train on comes about three times, told with other names and things. */
const TRAIN_PROBLEMS = 2000;
const HELDOUT_PROBLEMS = 512;

export interface ProblemSets {
  /** The sums that may be trained on. */
  readonly sums: readonly Sum[];
  readonly train: readonly ProblemRow[];
  /** Of sums that are not trained on. */
  readonly heldout: readonly ProblemRow[];
}

export function problemSets(): ProblemSets {
  const sums = splitSums(uniforms(SEED, 'split'));
  return {
    sums: sums.train,
    train: drawProblems(sums.train, TRAIN_PROBLEMS, uniforms(SEED, 'shuffle', [0])),
    heldout: drawProblems(sums.heldout, HELDOUT_PROBLEMS, uniforms(SEED, 'shuffle', [1])),
  };
}

export function demoTokenizer({ train }: ProblemSets): TokenizerFiles {
  const texts = train.map(({ question, answer }) => `${question}\n${answer}`);
  return trainTokenizer(texts, CONTEXT_LENGTH);
}

/** The demo's one file of problems: the training rows first, then the held-out ones, which say so. */
export function demoProblems({
  train,
  heldout,
}: ProblemSets): (ProblemRow & { readonly split: 'train' | 'heldout' })[] {
  return [
    ...train.map((row) => ({ ...row, split: 'train' as const })),
    ...heldout.map((row) => ({ ...row, split: 'heldout' as const })),
  ];
}

export function toJsonl(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
