/**
 * How much each problem would be worth drawing now, by what was seen so far: a run sees most problems once or never, so what is seen of
 * one is carried over to those whose prompts are like it.
 *
 * Of a whole group of which k of n completions were solved, 4 k (n - k) / (n (n - 1)) is an unbiased estimate of 4 p (1 - p): 1 where the policy solves
 * half of them, 0 where it solves none or all. That is what a group is worth, but that one of which fewer than half were solved is worth
 * `unsolved` at least: while it is dead it teaches nothing, and not drawn it never will. What it is worth is regressed, and not p: problems
 * that read alike may be solved always and never, and then half of them are solved and nothing can be learned from any.
 *
 * A group that screening put aside counts as all solved, worth 0, and as certain as a whole one: with screening what is learned is what a problem
 * is worth given that it is screened, which is less than 4 p (1 - p) the more often it is solved (docs/curriculum.md).
 *
 * Bayesian linear regression with independent Gaussian weights, a Kalman filter with a diagonal covariance:
 *
 *   worth of i = b + sum over the features f of prompt i of w_f / sqrt(features of i) + u_i + noise,
 *
 * with u_i the problem's own. The policy changes while it is watched, so w and u forget: between two steps a mean is multiplied by r and a
 * variance becomes r^2 v + (1 - r^2) v_0, as of a first-order autoregression whose stationary variance is the prior's (West and Harrison,
 * "Bayesian Forecasting and Dynamic Models", 1997). The level b keeps its mean.
 *
 * Doubles in a fixed order: the same observations are the same predictions, bit for bit.
 */
import type { PromptFeatures } from './promptFeatures.ts';

/** Completions of one problem in one step. */
export interface SolvedCount {
  /** Index of the problem. */
  readonly index: number;
  /** Of the scored ones. */
  readonly solved: number;
  readonly scored: number;
}

/** An unbiased estimate of 4 p (1 - p) of two completions or more, as long as how many there are does not depend on them. */
export function signalOf({ solved, scored }: Omit<SolvedCount, 'index'>): number {
  return (4 * solved * (scored - solved)) / (scored * (scored - 1));
}

/** The same, and `unsolved` at least where fewer than half were solved. @param unsolved from 0 to 1 */
export function worthOf(count: Omit<SolvedCount, 'index'>, unsolved: number): number {
  const signal = signalOf(count);
  return 2 * count.solved < count.scored ? Math.max(signal, unsolved) : signal;
}

/** Variances of the prior and of what is observed, in units of the worth's square. */
const LEVEL = 0.05;
const TEXT = 0.02;
const OWN = 0.1;
const NOISE = 0.15;
/** r. What was seen 34 steps ago counts half. */
const KEPT = 0.98;
/** Before anything was seen, everything may be learned from. */
const FIRST_LEVEL = 1;

export class WorthPredictor {
  readonly #features: readonly Int32Array[];
  readonly #unsolved: number;
  readonly #level = new Weights(1, LEVEL);
  readonly #text: Weights;
  readonly #own: Weights;

  /**
   * @param features of the problems' prompts
   * @param unsolved what a group is worth at least of which fewer than half were solved, from 0 to 1
   */
  constructor({ count, ofPrompt }: PromptFeatures, unsolved: number) {
    this.#features = ofPrompt;
    this.#unsolved = unsolved;
    this.#text = new Weights(count, TEXT);
    this.#own = new Weights(ofPrompt.length, OWN);
  }

  /** What one step came to, its problems in an order that is always the same. */
  observe(step: readonly SolvedCount[]): void {
    this.#level.forget(1, KEPT);
    this.#text.forget(KEPT, KEPT);
    this.#own.forget(KEPT, KEPT);
    for (const count of step) if (count.scored > 1) this.#learn(count);
  }

  /** What a problem is expected to be worth; as an estimate it may lie a little outside of 0 to 1. */
  expected(index: number): number {
    return this.#predict(index).mean;
  }

  #predict(index: number): { readonly mean: number; readonly variance: number; readonly value: number } {
    const features = this.#features[index] ?? new Int32Array();
    const value = features.length === 0 ? 0 : 1 / Math.sqrt(features.length);
    let mean = FIRST_LEVEL + this.#level.mean(0) + this.#own.mean(index);
    let variance = this.#level.variance(0) + this.#own.variance(index);
    for (const feature of features) {
      mean += value * this.#text.mean(feature);
      variance += value * value * this.#text.variance(feature);
    }
    return { mean, variance, value };
  }

  #learn(count: SolvedCount): void {
    const { index } = count;
    const { mean, variance, value } = this.#predict(index);
    const total = variance + NOISE;
    const surprise = (worthOf(count, this.#unsolved) - mean) / total;
    this.#level.update(0, 1, surprise, total);
    this.#own.update(index, 1, surprise, total);
    for (const feature of this.#features[index] ?? []) this.#text.update(feature, value, surprise, total);
  }
}

/** Independent Gaussian weights around zero. */
class Weights {
  readonly #means: Float64Array;
  readonly #variances: Float64Array;
  readonly #prior: number;

  constructor(count: number, prior: number) {
    this.#means = new Float64Array(count);
    this.#variances = new Float64Array(count).fill(prior);
    this.#prior = prior;
  }

  mean(index: number): number {
    return this.#means[index] ?? 0;
  }

  variance(index: number): number {
    return this.#variances[index] ?? this.#prior;
  }

  /**
   * @param kept of the mean
   * @param known of what the variance lies below the prior's
   */
  forget(kept: number, known: number): void {
    const grown = (1 - known * known) * this.#prior;
    for (let index = 0; index < this.#means.length; index += 1) {
      this.#means[index] = kept * this.mean(index);
      this.#variances[index] = known * known * this.variance(index) + grown;
    }
  }

  /**
   * @param value of the weight's feature
   * @param surprise what was observed less what was expected, by `total`
   * @param total variance of the observation
   */
  update(index: number, value: number, surprise: number, total: number): void {
    const gain = this.variance(index) * value;
    this.#means[index] = this.mean(index) + gain * surprise;
    this.#variances[index] = this.variance(index) - (gain * gain) / total;
  }
}
