/** The sessions of generation: made when first needed, kept for later calls, and bounded in number. */
import { keepsTensors } from '../onnx/providers.ts';
import type { ModelBytes } from '../onnx/serialize.ts';
import { Session, type AnyTensor, type Feeds, type SessionOptions } from '../onnx/session.ts';
import { buildAppendGraph, buildArrangeGraph, buildUploadGraph, uploadedName } from './cacheGraphs.ts';
import { buildChunkGraph } from './chunkGraph.ts';
import type { CacheSessions } from './deviceKvCache.ts';
import { buildDecodeGraph, buildPrefillGraph, buildSamplingGraph, type TracedPolicy } from './graphs.ts';
import { requireOutput } from './outputs.ts';
import type { SamplingPlan } from './sampling.ts';

/** One for training and one for evaluation; each holds a repacked copy of the head, 154 MB for GPT-2. */
const MAX_SAMPLING_SESSIONS = 2;

export type RolloutSessionOptions = Omit<SessionOptions, 'use'>;

export class RolloutSessions implements CacheSessions {
  readonly #policy: TracedPolicy;
  readonly #options: RolloutSessionOptions;
  /** Whether keys, values and hidden states stay on the device between runs. */
  readonly onDevice: boolean;
  /** By what they are for; sampling apart. */
  readonly #sessions = new Map<string, Session<AnyTensor>>();
  /** By plan, the one used last at the end. */
  readonly #sampling = new Map<string, Session>();
  #chunk: { readonly plan: string; readonly session: Session } | null = null;

  constructor(policy: TracedPolicy, options: RolloutSessionOptions) {
    this.#policy = policy;
    this.#options = options;
    this.onDevice = keepsTensors(options.providers);
  }

  /**
   * Weights stay memory-mapped: a prefill has so many tokens at once that repacking them beforehand gains little.
   */
  prefill(): Promise<Session<AnyTensor>> {
    return this.#once('prefill', () => buildPrefillGraph(this.#policy), 'train');
  }

  decode(): Promise<Session<AnyTensor>> {
    return this.#once('decode', () => buildDecodeGraph(this.#policy), 'decode');
  }

  /** Of one plan at a time: it holds all of the model. */
  async chunk(plan: SamplingPlan): Promise<Session> {
    const name = nameOf(plan);
    if (this.#chunk?.plan !== name) {
      await this.#releaseChunk();
      this.#chunk = { plan: name, session: await this.#open(buildChunkGraph(this.#policy, plan), 'decode') };
    }
    return this.#chunk.session;
  }

  arrange(): Promise<Session<AnyTensor>> {
    return this.#once('arrange', () => buildArrangeGraph(this.#policy.architecture), 'decode');
  }

  append(): Promise<Session<AnyTensor>> {
    return this.#once('append', () => buildAppendGraph(this.#policy.architecture), 'decode');
  }

  /** What several runs are fed with, on the device where that can be; whoever asks for it disposes of it. */
  async upload(feeds: Feeds): Promise<Feeds> {
    if (!this.onDevice) return feeds;
    const names = Object.keys(feeds);
    if (names.length === 0) return feeds;
    const session = await this.#once('upload', () => buildUploadGraph(feeds), 'decode');
    const uploaded = await session.run(feeds);
    return Object.fromEntries(names.map((name) => [name, requireOutput(uploaded, uploadedName(name))]));
  }

  async sampling(plan: SamplingPlan): Promise<Session> {
    const key = nameOf(plan);
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
    const sessions = [...this.#sessions.values(), ...this.#sampling.values()];
    this.#sessions.clear();
    this.#sampling.clear();
    for (const session of sessions) await session.release();
    await this.#releaseChunk();
  }

  async #releaseChunk(): Promise<void> {
    const { session } = this.#chunk ?? {};
    this.#chunk = null;
    await session?.release();
  }

  /** One whose outputs stay on the device where they can. */
  async #once(name: string, build: () => ModelBytes, use: SessionOptions['use']): Promise<Session<AnyTensor>> {
    const known = this.#sessions.get(name);
    if (known) return known;
    const options = { ...this.#options, use };
    const session = await (this.onDevice ? Session.openOnDevice(build(), options) : Session.open(build(), options));
    this.#sessions.set(name, session);
    return session;
  }

  #open(model: ModelBytes, use: SessionOptions['use']): Promise<Session> {
    return Session.open(model, { ...this.#options, use });
  }
}

const nameOf = ({ greedy, penalty, truncation }: SamplingPlan): string => JSON.stringify([greedy, penalty, truncation]);
