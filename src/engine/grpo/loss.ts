/**
 * The losses of single tokens, written over symbolic tensors as in the papers; the gradient comes from the graph. All values are
 * `[tokens]`: the completion tokens of a micro-batch, one after another. A is the advantage, r the ratio to the old policy.
 */
import type { Value } from '../onnx/graph.ts';
import {
  add,
  cast,
  clip,
  div,
  exp,
  greater,
  less,
  matmul,
  min,
  mul,
  neg,
  reshape,
  sigmoid,
  stopGradient,
  sub,
  sumAll,
  where,
} from '../onnx/operations.ts';
import { dimAt } from '../onnx/shape.ts';
import type { AlgorithmConfig } from '../protocol/experiment.ts';
import { MAX_LOG_RATIO } from './logRatio.ts';

export interface TokenTerms {
  /** Under the policy being trained, with their gradient. */
  readonly logprobs: Value;
  readonly entropies: Value;
  readonly oldLogprobs: Value;
  readonly advantages: Value;
  /** The aggregation's weight of each token; 0 where masked (aggregation.ts). */
  readonly weights: Value;
  /** Under the reference policy; present where beta > 0. */
  readonly referenceLogprobs: Value | null;
  /** Factor of the policy term from importance sampling; present where it is on (importanceSampling.ts). */
  readonly corrections: Value | null;
  /** `[rows, tokens]`, 1 / |o_i| at the tokens of row i and 0 elsewhere; present for sequence-level ratios. */
  readonly rowMeans: Value | null;
}

/** The loss of a micro-batch, a scalar: the sum of what its tokens add. */
export function policyLoss(terms: TokenTerms, algorithm: AlgorithmConfig): Value {
  return sumAll(tokenLosses(terms, algorithm));
}

/**
 * What each token adds to the loss, `[tokens]`: weight x (correction x policy term + beta x KL - bonus x entropy). Importance sampling
 * corrects the policy term only.
 */
export function tokenLosses(terms: TokenTerms, algorithm: AlgorithmConfig): Value {
  let loss = policyTerm(terms, algorithm);
  if (terms.corrections) loss = mul(loss, terms.corrections);
  if (terms.referenceLogprobs)
    loss = add(loss, mul(klTerm(terms.logprobs, terms.referenceLogprobs, algorithm.kl), algorithm.beta));
  if (algorithm.entropyBonus > 0) loss = sub(loss, mul(terms.entropies, algorithm.entropyBonus));
  return mul(loss, terms.weights);
}

/** The loss of supervised training: weighted negative log-likelihood, a scalar. */
export function supervisedLoss(logprobs: Value, weights: Value): Value {
  return neg(sumAll(mul(logprobs, weights)));
}

function policyTerm(terms: TokenTerms, { tokenLoss, clip: options }: AlgorithmConfig): Value {
  const { advantages, logprobs } = terms;
  const difference = clip(sub(logprobs, terms.oldLogprobs), -MAX_LOG_RATIO, MAX_LOG_RATIO);
  switch (tokenLoss) {
    // PPO (arXiv:1707.06347) as in GRPO (arXiv:2402.03300): -min(r A, clip(r, 1 - low, 1 + high) A)
    case 'clipped':
      return clippedTerm(exp(difference), advantages, options);
    // arXiv:1912.09729: no less than -c A where A < 0, so that a large ratio cannot blow up the loss
    case 'dualClip': {
      const clipped = clippedTerm(exp(difference), advantages, options);
      return where(less(advantages, 0), min(clipped, mul(advantages, -options.dual)), clipped);
    }
    // CISPO, arXiv:2506.13585: -sg(min(r, cap)) A log p
    case 'cispo':
      return neg(mul(mul(stopGradient(min(exp(difference), options.cap)), advantages), logprobs));
    // GSPO, arXiv:2507.18071: the clipped loss with s_i = exp(mean_t(log p - log p_old)) for every token of row i
    case 'gspo':
      return clippedTerm(sequenceRatio(terms), advantages, options);
    // SAPO, arXiv:2511.20347: -f(r) A with f(r) = sigmoid(tau (r - 1)) 4 / tau, tau by the sign of A
    case 'sapo': {
      const tau = where(greater(advantages, 0), advantages.graph.scalar(options.tauPositive), options.tauNegative);
      return neg(mul(mul(sigmoid(mul(sub(exp(difference), 1), tau)), div(4, tau)), advantages));
    }
  }
}

function clippedTerm(ratio: Value, advantages: Value, { low, high, delta }: AlgorithmConfig['clip']): Value {
  // TRL's delta bounds the unclipped ratio from above (arXiv:2505.07291)
  const bounded = delta === undefined ? ratio : min(ratio, delta);
  return neg(min(mul(bounded, advantages), mul(clip(ratio, 1 - low, 1 + high), advantages)));
}

function sequenceRatio({ logprobs, oldLogprobs, rowMeans }: TokenTerms): Value {
  if (!rowMeans) throw new Error('a sequence-level ratio needs the means over rows');
  const tokens = dimAt('gspo', logprobs.shape, 0);
  const means = matmul(rowMeans, reshape(sub(logprobs, oldLogprobs), [tokens, 1]));
  const ratios = exp(clip(means, -MAX_LOG_RATIO, MAX_LOG_RATIO));
  return reshape(matmul(cast(greater(rowMeans, 0), 'float32'), ratios, { transA: true }), [tokens]);
}

/**
 * Estimators of KL(policy || reference) with d = log p - log p_ref (Schulman, joschu.net/blog/kl-approx.html): k1 = d, k2 = d^2 / 2,
 * k3 = exp(-d) + d - 1. As loss terms on on-policy samples only k2 has the KL's gradient; k3 is TRL's choice.
 */
function klTerm(logprobs: Value, referenceLogprobs: Value, estimator: AlgorithmConfig['kl']): Value {
  const d = clip(sub(logprobs, referenceLogprobs), -MAX_LOG_RATIO, MAX_LOG_RATIO);
  switch (estimator) {
    case 'k1':
      return d;
    case 'k2':
      return mul(mul(d, d), 0.5);
    case 'k3':
      return sub(add(exp(neg(d)), d), 1);
  }
}
