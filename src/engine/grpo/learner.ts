/** The learner: scores sequences and takes optimiser steps on a policy, by way of the training graph. Runs in the compute process. */
import { Session, type Tensor } from '../onnx/session.ts';
import { policyFeeds, type Policy } from '../model/policy.ts';
import type {
  ApplyReply,
  ApplyRequest,
  Descent,
  GradientReply,
  GradientRequest,
  ScoreReply,
  ScoreRequest,
  TokenLossReply,
  TokenLossRequest,
  TrainingRow,
  UpdateReply,
  UpdateRequest,
} from '../protocol/compute.ts';
import type { OptimizerConfig } from '../protocol/experiment.ts';
import { AdamW } from './adamw.ts';
import { cutByCost, inRowOrder, splitByPrompt } from './batching.ts';
import { descentError, requireFiniteLogprobs, requireFiniteUpdate, type Update } from './finiteUpdate.ts';
import { clipFactor, gradientNorm } from './gradientNorm.ts';
import { GradientSum } from './gradientSum.ts';
import { packDropoutKeys, packSequences } from './packedSequences.ts';
import { packLossTerms, packPredictions, packWeights, unpack } from './packing.ts';
import { sharedPrompts, type SequenceRow } from './sharedPrompts.ts';
import { countComputed } from './tokenList.ts';
import {
  buildScoringGraph,
  buildTokenLossGraph,
  buildTrainingGraph,
  dropoutOf,
  gradientOutput,
  INPUTS,
  type Objective,
} from './trainingGraph.ts';

/** Reads saved state of an optimiser, by name, as arrays that are the reader's own. */
export type OptimizerState = () => Promise<ReadonlyMap<string, Float32Array>>;

export interface LearnerOptions {
  readonly providers: readonly string[];
  readonly threads: number;
  readonly seed: number;
}

/**
 * Logits of one micro-batch, which exist at completion tokens only and a training graph holds about five times over (logits, log-probabilities, probabilities, and their
 * gradients): a quarter of a gigabyte each, so that a vocabulary of 150,000 does not fill the memory with `microBatch` rows.
 */
const MAX_LOGITS = 2 ** 26;

/** How far an update goes, and in which training step. */
type Step = Omit<ApplyRequest, 'kind' | 'descent'>;

/** Rows of an update, and the loss that it descends. */
type Descending = Omit<GradientRequest, 'kind'>;

interface MeasuredDescent {
  readonly descent: GradientReply;
  /** Of all gradients together. */
  readonly norm: number;
}

export class Learner {
  readonly #policy: Policy;
  readonly #options: LearnerOptions;
  #optimizer: AdamW | null = null;
  /** Reads the state that the optimiser continues from; asked when it is made, at the first update, and not by who only evaluates. */
  #savedState: OptimizerState | null;
  #training: { readonly key: string; readonly session: Session } | null = null;
  /** Without dropout and with it. */
  readonly #scoring = new Map<boolean, Session>();

  constructor(policy: Policy, options: LearnerOptions, savedState: OptimizerState | null = null) {
    this.#policy = policy;
    this.#options = options;
    this.#savedState = savedState;
  }

  /** Log-probabilities of each row's completion tokens, `[tokens]` per row. */
  async score({
    rows,
    temperature,
    microBatch,
    dropout,
  }: Omit<ScoreRequest, 'kind' | 'policy' | 'requireFinite'>): Promise<ScoreReply> {
    const masked = dropout && dropoutOf(this.#policy) !== null;
    const session = await this.#scoringSession(masked);
    const micro = this.#microBatches(rows, microBatch);
    const results: Float32Array[][] = [];
    for (const batch of micro) {
      const sequences = batch.map((index) => pick(rows, index));
      const feeds = { ...policyFeeds(this.#policy), ...packSequences(sequences, temperature) };
      if (masked) feeds[INPUTS.dropoutKeys] = packDropoutKeys(sequences, this.#options.seed, 0);
      const { logprobs } = await session.run(feeds, ['logprobs']);
      results.push(unpack(floats(logprobs), sequences));
    }
    return { logprobs: inRowOrder(allIndices(rows), micro, results) };
  }

  /**
   * One optimiser step: gradients of all micro-batches summed, clipped, and applied by AdamW.
   * @throws NonFiniteError where something is no number; where that is the gradient or before it, no weight was changed
   */
  async update(request: UpdateRequest): Promise<UpdateReply> {
    const { descent, norm } = await this.#finiteDescent(request);
    await this.#apply(descent, norm, { ...request, step: stepOf(request) });
    const { loss, logprobs, entropies, tokensTrained } = descent;
    return { loss, gradNorm: norm, logprobs, entropies, tokensTrained };
  }

  /**
   * The gradient of `update` without its step.
   * @throws NonFiniteError
   */
  async gradient(request: Descending): Promise<GradientReply> {
    return (await this.#finiteDescent(request)).descent;
  }

  /**
   * The step of `update`, on a gradient that was summed elsewhere.
   * @throws NonFiniteError as `update`
   */
  async apply({ descent, ...request }: Omit<ApplyRequest, 'kind'>): Promise<ApplyReply> {
    const norm = gradientNorm(descent.gradients.values());
    if (!isFiniteDescent(descent, norm)) throw descentError(descent, this.#updateOf(request), null);
    await this.#apply(descent, norm, request);
    return { gradNorm: norm };
  }

  async #finiteDescent(request: Descending): Promise<MeasuredDescent> {
    const { descent, norm } = await this.#descend(request);
    if (isFiniteDescent(descent, norm)) return { descent, norm };
    throw descentError(descent, this.#updateOf({ step: stepOf(request) }), await this.#culprit(request));
  }

  /** The row whose own loss or gradient is no number, of those of an update; null where there is none. */
  async #culprit(request: Descending): Promise<TrainingRow | null> {
    for (const row of request.rows) if (!isFiniteDescent(await this.descent({ ...request, rows: [row] }))) return row;
    return null;
  }

  /** Loss and gradients of rows in one pass, whether they are numbers or not. */
  async descent(request: Descending): Promise<Descent> {
    const session = await this.#trainingSession(request);
    const outputs = await session.run(this.#feeds(request.rows, request));
    return { loss: floats(outputs['loss'])[0] ?? 0, gradients: this.#gradientsIn(outputs) };
  }

  async #descend(request: Descending): Promise<MeasuredDescent> {
    const { rows } = request;
    const session = await this.#trainingSession(request);
    const micro = this.#microBatches(rows, request.microBatch);
    const total = new GradientSum();
    const logprobs: Float32Array[][] = [];
    const entropies: Float32Array[][] = [];
    let loss = 0;
    let tokensTrained = 0;
    for (const indices of micro) {
      const batch = indices.map((index) => pick(rows, index));
      const outputs = await session.run(this.#feeds(batch, request));
      const predicted = unpack(floats(outputs['logprobs']), batch);
      requireFiniteLogprobs(batch, predicted, request.objective === 'sft' ? 'demonstration' : 'update');
      loss += floats(outputs['loss'])[0] ?? 0;
      logprobs.push(predicted);
      entropies.push(unpack(floats(outputs['entropies']), batch));
      total.add(this.#gradientsIn(outputs));
      tokensTrained += countComputed(batch);
    }
    const order = allIndices(rows);
    const { gradients } = total;
    const descent = {
      loss,
      gradients,
      logprobs: inRowOrder(order, micro, logprobs),
      entropies: inRowOrder(order, micro, entropies),
      tokensTrained,
    };
    return { descent, norm: gradientNorm(gradients.values()) };
  }

  /** What each token added to the loss of an update that was made, `[tokens]` per row. */
  async tokenLosses({ rows, algorithm, microBatch }: TokenLossRequest): Promise<TokenLossReply> {
    const session = await this.#open(buildTokenLossGraph(algorithm));
    try {
      const micro = this.#microBatches(rows, microBatch);
      const results: Float32Array[][] = [];
      for (const indices of micro) {
        const batch = indices.map((index) => pick(rows, index));
        const feeds = { ...packPredictions(batch), ...packLossTerms(batch, algorithm) };
        const { losses } = await session.run(feeds, ['losses']);
        results.push(unpack(floats(losses), batch));
      }
      return { losses: inRowOrder(allIndices(rows), micro, results) };
    } finally {
      await session.release();
    }
  }

  /** The optimiser's state for saving, by name; empty before the first update ever. */
  async stateTensors(): Promise<ReadonlyMap<string, Float32Array>> {
    return this.#optimizer?.stateTensors() ?? (await this.#savedState?.()) ?? new Map<string, Float32Array>();
  }

  async release(): Promise<void> {
    await this.#training?.session.release();
    for (const session of this.#scoring.values()) await session.release();
  }

  #microBatches(rows: readonly SequenceRow[], microBatch: number): number[][] {
    const limit = Math.floor(MAX_LOGITS / this.#policy.architecture.vocabularySize);
    const costs = rows.map(({ tokens }) => tokens.length);
    const groups = sharedPrompts(rows).map((shared) => shared.rows);
    const lengths = rows.map(({ prompt, tokens }) => prompt.length + tokens.length);
    return splitByPrompt(groups, lengths, microBatch).flatMap((batch) => cutByCost(batch, costs, limit));
  }

  async #apply({ gradients }: Descent, norm: number, { optimizer: config, learningRate, step }: Step): Promise<void> {
    const optimizer = (this.#optimizer ??= await this.#makeOptimizer(config));
    const factor = clipFactor(norm, config.maxGradNorm);
    optimizer.beginStep(learningRate, factor);
    for (const [name, { data }] of this.#policy.trainable) {
      const gradient = gradients.get(name);
      if (!gradient) throw new Error(`no gradient for ${name}`);
      optimizer.update(name, data, gradient);
    }
    requireFiniteUpdate(this.#updateOf({ step }), norm * factor, () => optimizer.stateTensors());
  }

  #updateOf({ step }: Pick<Step, 'step'>): Update {
    return { trainable: this.#policy.trainable, step };
  }

  /** The arrays are ours alone. */
  #gradientsIn(outputs: Readonly<Record<string, Tensor>>): ReadonlyMap<string, Float32Array> {
    const names = this.#policy.trainable.keys();
    return new Map(Array.from(names, (name) => [name, floats(outputs[gradientOutput(name)])]));
  }

  async #makeOptimizer(config: OptimizerConfig): Promise<AdamW> {
    const sizes = new Map(Array.from(this.#policy.trainable, ([name, { data }]) => [name, data.length]));
    const optimizer = new AdamW(config, sizes);
    const saved = await this.#savedState?.();
    // Empty where nothing had been updated yet.
    if (saved && saved.size > 0) optimizer.restore(saved);
    this.#savedState = null;
    return optimizer;
  }

  #feeds(batch: readonly TrainingRow[], request: Descending): Record<string, Tensor> {
    const feeds = { ...policyFeeds(this.#policy), ...packSequences(batch, request.temperature) };
    if (request.objective === 'policy') Object.assign(feeds, packLossTerms(batch, request.algorithm));
    else feeds[INPUTS.weights] = packWeights(batch);
    if (dropoutOf(this.#policy) !== null)
      feeds[INPUTS.dropoutKeys] = packDropoutKeys(batch, this.#options.seed, request.iteration);
    return feeds;
  }

  /** The session of the request's objective; a run has one, so only one is kept. */
  async #trainingSession(request: Descending): Promise<Session> {
    const { objective, algorithm, onPolicy, gradientCheckpointing: recompute } = request;
    const wanted: Objective = objective === 'sft' ? { kind: 'sft' } : { kind: 'policy', algorithm, onPolicy };
    const key = JSON.stringify([wanted, recompute]);
    if (this.#training?.key !== key) {
      const old = this.#training;
      this.#training = null;
      await old?.session.release();
      this.#training = { key, session: await this.#open(buildTrainingGraph(this.#policy, wanted, { recompute })) };
    }
    return this.#training.session;
  }

  async #scoringSession(dropout: boolean): Promise<Session> {
    const session = this.#scoring.get(dropout) ?? (await this.#open(buildScoringGraph(this.#policy, dropout)));
    this.#scoring.set(dropout, session);
    return session;
  }

  #open(model: Parameters<typeof Session.open>[0]): Promise<Session> {
    const { providers, threads } = this.#options;
    return Session.open(model, { providers, threads, weightsFolder: this.#policy.weightsFolder, use: 'train' });
  }
}

/** The norm of all gradients together is a number only where each value is: squares of float32 add up in doubles. */
function isFiniteDescent({ loss, gradients }: Descent, norm = gradientNorm(gradients.values())): boolean {
  return Number.isFinite(loss) && Number.isFinite(norm);
}

function stepOf({ rows }: Pick<GradientRequest, 'rows'>): number {
  return pick(rows, 0).key.step;
}

function allIndices(rows: readonly unknown[]): number[] {
  return rows.map((_, index) => index);
}

function pick<T>(rows: readonly T[], index: number): T {
  const row = rows[index];
  if (row === undefined) throw new RangeError(`row ${index} of ${rows.length}`);
  return row;
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error('a float32 output is missing');
  return tensor.data;
}
