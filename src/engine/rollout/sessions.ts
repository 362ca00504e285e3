/** The sessions of generation: made when first needed, kept for later calls, and bounded in number. */
import type { ModelBytes } from '../onnx/serialize.ts';
import { Session, type SessionOptions } from '../onnx/session.ts';
import { buildDecodeGraph, buildPrefillGraph, buildSamplingGraph, type TracedPolicy } from './graphs.ts';
import type { SamplingPlan } from './sampling.ts';

/** One for training and one for evaluation; each holds a repacked copy of the head, 154 MB for GPT-2. */
const MAX_SAMPLING_SESSIONS = 2;

export type RolloutSessionOptions = Omit<SessionOptions, 'use'>;

export class RolloutSessions {
  readonly #policy: TracedPolicy;
  readonly #options: RolloutSessionOptions;
  #prefill: Session | null = null;
  #decode: Session | null = null;
  /** By plan, the one used last at the end. */
  readonly #sampling = new Map<string, Session>();

  constructor(policy: TracedPolicy, options: RolloutSessionOptions) {
    this.#policy = policy;
    this.#options = options;
  }

  /**
   * Weights stay memory-mapped: a prefill has so many tokens at once that repacking them beforehand gains little.
   */
  async prefill(): Promise<Session> {
    return (this.#prefill ??= await this.#open(buildPrefillGraph(this.#policy), 'train'));
  }

  async decode(): Promise<Session> {
    return (this.#decode ??= await this.#open(buildDecodeGraph(this.#policy), 'decode'));
  }

  async sampling(plan: SamplingPlan): Promise<Session> {
    const key = JSON.stringify([plan.greedy, plan.penalty, plan.truncation]);
    const session = this.#sampling.get(key) ?? (await this.#open(buildSamplingGraph(this.#policy, plan), 'decode'));
    this.#sampling.delete(key);
    this.#sampling.set(key, session);
    const [oldest] = this.#sampling;
    if (oldest && this.#sampling.size > MAX_SAMPLING_SESSIONS) {
      this.#sampling.delete(oldest[0]);
      await oldest[1].release();
    }
    return session;
  }

  async release(): Promise<void> {
    const sessions = [this.#prefill, this.#decode, ...this.#sampling.values()];
    this.#prefill = null;
    this.#decode = null;
    this.#sampling.clear();
    for (const session of sessions) await session?.release();
  }

  #open(model: ModelBytes, use: SessionOptions['use']): Promise<Session> {
    return Session.open(model, { ...this.#options, use });
  }
}
