/** The losses of the reference format, by name, as configurations of the algorithm. */
import { experimentSchema, type AlgorithmConfig, type ExperimentInput } from '../../protocol/experiment.ts';
import type { ReferenceNumbers } from './reference.ts';

export interface LossCase {
  readonly objective: 'policy' | 'sft';
  readonly algorithm: AlgorithmConfig;
  readonly temperature: number;
  /** The old policy is the current one, so that every ratio is 1; otherwise it is the reference's `old_logprobs`. */
  readonly onPolicy: boolean;
  /** A row that counts as cut by the length limit. */
  readonly truncatedRow: number | null;
}

/** Rows per micro-batch of `bnpo_micro2`, the one loss that depends on it. */
export const BNPO_MICRO_BATCH = 2;

const CISPO_CAP = 5;
const GSPO_CLIP = { low: 3e-4, high: 4e-4 };
const SAPO_TAU = { tauPositive: 1, tauNegative: 1.05 };
const DUAL_CLIP = 3;
const IMPORTANCE_CAP = 2;

/** Every loss whose name has a meaning. */
export function lossCases({
  epsilon,
  epsilon_high: epsilonHigh,
  beta,
}: Pick<ReferenceNumbers, 'epsilon' | 'epsilon_high' | 'beta'>): ReadonlyMap<string, LossCase> {
  const clip = { low: epsilon, high: epsilonHigh };
  const withKl = { tokenLoss: 'clipped', aggregation: 'dapo', clip, beta, kl: 'k3' } as const;
  const withoutKl = { ...withKl, beta: 0 };
  return new Map([
    ['grpo', policyLoss({ ...withKl, aggregation: 'grpo' })],
    ['dapo', policyLoss(withKl)],
    ['dr_grpo', policyLoss({ ...withKl, aggregation: 'dr_grpo' })],
    ['bnpo_micro2', policyLoss({ ...withKl, aggregation: 'bnpo' })],
    ['cispo', policyLoss({ ...withoutKl, tokenLoss: 'cispo', clip: { cap: CISPO_CAP } })],
    ['gspo', policyLoss({ ...withoutKl, tokenLoss: 'gspo', aggregation: 'grpo', clip: GSPO_CLIP })],
    ['sapo', policyLoss({ ...withoutKl, tokenLoss: 'sapo', aggregation: 'grpo', clip: SAPO_TAU })],
    ['dual_clip_c3', policyLoss({ ...withoutKl, tokenLoss: 'dualClip', clip: { ...clip, dual: DUAL_CLIP } })],
    ['dapo_k1', policyLoss({ ...withKl, kl: 'k1' })],
    ['dapo_k2', policyLoss({ ...withKl, kl: 'k2' })],
    ['dapo_tis_c2', policyLoss({ ...withKl, importanceSampling: { mode: 'truncate', cap: IMPORTANCE_CAP } })],
    ['dapo_entropy_bonus_0.01', policyLoss({ ...withKl, entropyBonus: 0.01 })],
    ['dapo_mask_truncated_row1', policyLoss({ ...withKl, maskTruncated: true }, { truncatedRow: 1 })],
    ['dapo_temperature_0.7_no_kl', policyLoss(withoutKl, { temperature: 0.7 })],
    ['grpo_on_policy_no_kl', policyLoss({ ...withoutKl, aggregation: 'grpo' }, { onPolicy: true })],
    ['sft', { ...policyLoss(withoutKl), objective: 'sft' }],
  ]);
}

function policyLoss(
  algorithm: NonNullable<ExperimentInput['algorithm']>,
  differences: Partial<Pick<LossCase, 'temperature' | 'onPolicy' | 'truncatedRow'>> = {},
): LossCase {
  return {
    objective: 'policy',
    algorithm: experimentSchema.shape.algorithm.parse(algorithm),
    temperature: 1,
    onPolicy: false,
    truncatedRow: null,
    ...differences,
  };
}
