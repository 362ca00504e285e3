/** What follows from the verdicts of one version of the reward functions: rewards, advantages, and groups that teach nothing. */
import { scoredAdvantages } from '../../grpo/advantage.ts';
import type { AlgorithmConfig } from '../../protocol/experiment.ts';
import { weightsAt } from '../../protocol/rewardWeights.ts';
import { combineRewards } from '../../reward/combine.ts';
import { resultsOf, type Results, type Verdicts } from './verdicts.ts';

/** A group as a range of the columns, the end exclusive. */
export interface Block {
  /** Index of the problem at a step that it belongs to. */
  readonly asked: number;
  readonly from: number;
  readonly to: number;
  /** The step that trains on it, or after which it was evaluated: its weights make the sums. */
  readonly step: number;
  readonly trained: boolean;
}

/** Columns are parallel to the completions. */
export interface DiffSide extends Verdicts {
  /** The weighted sums; NaN where there is none. */
  readonly rewards: Float64Array;
  /** NaN for what is not trained on. */
  readonly advantages: Float64Array;
}

/** A side with what is only needed to compare it. */
export interface Judged {
  readonly side: DiffSide;
  readonly results: readonly Results[];
  /** Of the blocks that are trained on, those that have no gradient: their rewards are all the same. */
  readonly dead: ReadonlySet<Block>;
}

type Estimator = Pick<AlgorithmConfig, 'advantage' | 'rewardNormalization'>;

interface Row {
  readonly rewards: Results;
  readonly reward: number | null;
}

export function judge(verdicts: Verdicts, blocks: readonly Block[], algorithm: Estimator): Judged {
  const weightsOf = ({ step }: Pick<Block, 'step'>): Record<string, number> => weightsAt(verdicts.weights, step);
  const results = resultsOf(verdicts, blocks.at(-1)?.to ?? 0);
  const rows = blocks.flatMap((block) => {
    const weights = weightsOf(block);
    return results
      .slice(block.from, block.to)
      .map((rewards): Row => ({ rewards, reward: combineRewards(rewards, weights) }));
  });
  const rowsOf = ({ from, to }: Block): Row[] => rows.slice(from, to);
  const advantages = new Float64Array(rows.length).fill(NaN);
  for (const { size, step, batch } of batchesOf(blocks)) {
    const estimated = scoredAdvantages(batch.flatMap(rowsOf), weightsOf({ step }), size, algorithm);
    batch.forEach(({ from }, index) => advantages.set(estimated.slice(index * size, (index + 1) * size), from));
  }
  // As dynamic sampling decides it: whatever the estimator, equal rewards within a group are no reason to prefer a completion.
  const centred = { ...algorithm, advantage: 'none' } as const;
  const isDead = (block: Block): boolean =>
    block.trained &&
    scoredAdvantages(rowsOf(block), weightsOf(block), block.to - block.from, centred).every(
      (advantage) => advantage === 0,
    );
  return {
    side: { ...verdicts, rewards: Float64Array.from(rows, ({ reward }) => reward ?? NaN), advantages },
    results,
    dead: new Set(blocks.filter(isDead)),
  };
}

interface Batch {
  /** Completions of a group. */
  readonly size: number;
  readonly step: number;
  readonly batch: readonly Block[];
}

/** Blocks that one step trains on. Those of another size than the others have a batch of their own: an estimator takes one size. */
function batchesOf(blocks: readonly Block[]): Batch[] {
  const batches = new Map<string, { size: number; step: number; batch: Block[] }>();
  for (const block of blocks) {
    const size = block.to - block.from;
    if (!block.trained || size === 0) continue;
    const name = `${block.step} ${size}`;
    const known = batches.get(name);
    if (known) known.batch.push(block);
    else batches.set(name, { size, step: block.step, batch: [block] });
  }
  return [...batches.values()];
}
