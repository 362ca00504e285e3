/** From hidden states to tokens: runs a sampling graph with the numbers of a sampling configuration. */
import type { AnyTensor, Feeds, Session, Tensor } from '../onnx/session.ts';
import type { SamplingConfig } from '../protocol/experiment.ts';
import { NAMES } from './graphs.ts';
import { floatOutput, integerOutput, type Outputs } from './outputs.ts';
import { KEEP_ALL, NUCLEUS_CANDIDATES, SAMPLING_INPUTS, type SamplingPlan } from './sampling.ts';
import { integerTensor, scalarTensor } from './tensors.ts';

/** A top-p of 0 keeps the most likely token; in the graph it must be more than nothing. */
const SMALLEST_TOP_P = 1e-30;

/** One drawn token for each row, or several: then everything is `[steps, rows]`. */
export interface DrawnTokens {
  readonly tokens: Int32Array;
  readonly logprobs: Float32Array;
  readonly sampledLogprobs: Float32Array;
  readonly entropies: Float32Array;
}

export class Sampler {
  readonly #open: () => Promise<Session>;
  readonly #plan: SamplingPlan;
  readonly #vocabularySize: number;
  readonly #candidates: number;
  /** What every run is fed: the numbers of the sampling, and weights. */
  readonly feeds: Feeds;

  /**
   * @param open a session of the plan's sampling graph, asked for at each draw
   * @param weights the trainable tensors that the head may be one of
   */
  constructor(
    open: () => Promise<Session>,
    plan: SamplingPlan,
    sampling: SamplingConfig,
    vocabularySize: number,
    weights: Feeds,
  ) {
    this.#open = open;
    this.#plan = plan;
    this.#vocabularySize = vocabularySize;
    this.#candidates = Math.min(plan.truncation === 'topK' ? sampling.topK : NUCLEUS_CANDIDATES, vocabularySize);
    this.feeds = {
      ...weights,
      [NAMES.temperature]: scalarTensor(sampling.temperature),
      [SAMPLING_INPUTS.penalty]: scalarTensor(sampling.repetitionPenalty),
      [SAMPLING_INPUTS.topP]: scalarTensor(sampling.topP < 1 ? Math.max(sampling.topP, SMALLEST_TOP_P) : KEEP_ALL),
      [SAMPLING_INPUTS.minP]: scalarTensor(sampling.minP),
      [SAMPLING_INPUTS.candidates]: integerTensor([this.#candidates]),
    };
  }

  /**
   * @param hidden float32 `[rows, hidden]`
   * @param uniforms one number in [0, 1) per row
   * @param seen bool `[rows, vocabulary]`; null where nothing is penalised
   */
  async draw(hidden: AnyTensor, uniforms: Float32Array, seen: Tensor | null): Promise<DrawnTokens> {
    const feeds = { ...this.feeds, ...rowFeeds(hidden, uniforms, seen) };
    const outputs = await (await this.#open()).run(feeds);
    return this.lacksCandidates(outputs) ? this.drawFromAll(hidden, uniforms, seen) : this.read(outputs);
  }

  /** The same draw of a nucleus from the whole vocabulary. */
  async drawFromAll(hidden: AnyTensor, uniforms: Float32Array, seen: Tensor | null): Promise<DrawnTokens> {
    const all = { [SAMPLING_INPUTS.candidates]: integerTensor([this.#vocabularySize]) };
    return this.read(await (await this.#open()).run({ ...this.feeds, ...rowFeeds(hidden, uniforms, seen), ...all }));
  }

  /** Whether the nucleus of a row takes up all candidates, and so may go on beyond them. */
  lacksCandidates(outputs: Outputs): boolean {
    if (this.#plan.truncation !== 'nucleus' || this.#candidates === this.#vocabularySize) return false;
    return integerOutput(outputs, NAMES.kept).some((kept) => kept === this.#candidates);
  }

  /** What a graph of the plan has drawn. */
  read(outputs: Outputs): DrawnTokens {
    const logprobs = floatOutput(outputs, NAMES.logprobs);
    const differs = this.#plan.penalty || this.#plan.truncation !== 'none';
    return {
      tokens: integerOutput(outputs, NAMES.drawn),
      logprobs,
      sampledLogprobs: differs ? floatOutput(outputs, NAMES.sampledLogprobs) : logprobs,
      entropies: floatOutput(outputs, NAMES.entropies),
    };
  }
}

function rowFeeds(hidden: AnyTensor, uniforms: Float32Array, seen: Tensor | null): Feeds {
  return {
    [NAMES.hidden]: hidden,
    [SAMPLING_INPUTS.uniforms]: { data: uniforms, dims: [uniforms.length] },
    ...(seen && { [SAMPLING_INPUTS.seen]: seen }),
  };
}
