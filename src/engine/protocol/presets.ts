/**
 * `algorithm.preset`: one name for a published recipe. TRL's `loss_type` names are among them, so that a configuration can be
 * carried over. A preset sets only keys that the file does not give.
 */
import type { ExperimentInput, presetNames } from './experiment.ts';

export type PresetName = (typeof presetNames)[number];
type AlgorithmInput = NonNullable<ExperimentInput['algorithm']>;
/** What a preset may set. */
export type Preset = Pick<AlgorithmInput, 'advantage' | 'tokenLoss' | 'aggregation' | 'clip'>;

export const presets: Readonly<Record<PresetName, Preset>> = {
  /** GRPO as published: group-normalised advantage, mean over each sequence, then over sequences. arXiv:2402.03300. */
  grpo: { advantage: 'group', tokenLoss: 'clipped', aggregation: 'grpo', clip: { low: 0.2, high: 0.2 } },
  /**
   * DAPO's loss: mean over all tokens of the step, and clip-higher. arXiv:2503.14476. Its other parts are keys of their own:
   * `dynamicSampling`, `maskTruncated` and the overlong reward.
   */
  dapo: { advantage: 'group', tokenLoss: 'clipped', aggregation: 'dapo', clip: { low: 0.2, high: 0.28 } },
  /** Token mean of each micro-batch, averaged: TRL's `bnpo`. The only one whose result depends on the micro-batch. */
  bnpo: { advantage: 'group', tokenLoss: 'clipped', aggregation: 'bnpo', clip: { low: 0.2, high: 0.2 } },
  /** Dr. GRPO: no division by the standard deviation, and a constant in place of the length. arXiv:2503.20783. */
  dr_grpo: { advantage: 'none', tokenLoss: 'clipped', aggregation: 'dr_grpo', clip: { low: 0.2, high: 0.2 } },
  /** CISPO: the ratio is capped and detached, so that no token loses its gradient. arXiv:2506.13585; cap of arXiv:2510.13786. */
  cispo: { advantage: 'group', tokenLoss: 'cispo', aggregation: 'dapo', clip: { cap: 5 } },
  /** GSPO: one ratio per sequence, its geometric mean. arXiv:2507.18071, with the clip range of its section 5.1. */
  gspo: { advantage: 'group', tokenLoss: 'gspo', aggregation: 'grpo', clip: { low: 3e-4, high: 4e-4 } },
  /** SAPO: a soft gate in place of the clip. arXiv:2511.20347. */
  sapo: { advantage: 'group', tokenLoss: 'sapo', aggregation: 'grpo', clip: { tauPositive: 1, tauNegative: 1.05 } },
  /**
   * RLOO: leave-one-out baseline on the log-probability of the whole sequence. arXiv:2402.14740. `dr_grpo` is the aggregation that
   * sums over a sequence: it differs from the paper's sum by the constant 1 / maxCompletionLength.
   */
  rloo: { advantage: 'rloo', tokenLoss: 'clipped', aggregation: 'dr_grpo', clip: { low: 0.2, high: 0.2 } },
  /** REINFORCE++: no group; advantages are normalised over the batch, the loss is a token mean. arXiv:2501.03262. */
  'reinforce++': { advantage: 'reinforce++', tokenLoss: 'clipped', aggregation: 'dapo', clip: { low: 0.2, high: 0.2 } },
};
