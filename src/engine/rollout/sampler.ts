/** From hidden states to tokens: runs a sampling graph with the numbers of a sampling configuration. */
import type { AnyTensor, Feeds, Session, Tensor } from '../onnx/session.ts';
import type { SamplingConfig } from '../protocol/experiment.ts';
import { NAMES } from './graphs.ts';
import { floatOutput, integerOutput, type Outputs } from './outputs.ts';
import { KEEP_ALL, SAMPLING_INPUTS, type SamplingPlan } from './sampling.ts';
import { integerTensor, scalarTensor } from './tensors.ts';

/**
 * How many tokens a nucleus is expected to have at most. Sorting a whole vocabulary is slow (for 32 rows of 50,257 tokens 150 ms against
 * 11 for the first 512), and nuclei larger than this are rare but for high temperatures; they are sorted whole in a second run.
 */
const NUCLEUS_CANDIDATES = 512;

/** A top-p of 0 keeps the most likely token; in the graph it must be more than nothing. */
const SMALLEST_TOP_P = 1e-30;

/** One drawn token for each row. */
export interface DrawnTokens {
  readonly tokens: Int32Array;
  readonly logprobs: Float32Array;
  readonly sampledLogprobs: Float32Array;
  readonly entropies: Float32Array;
}

export class Sampler {
  readonly #session: Session;
  readonly #plan: SamplingPlan;
  readonly #vocabularySize: number;
  readonly #candidates: number;
  readonly #feeds: Feeds;

  /** @param weights the trainable tensors that the head may be one of */
  constructor(session: Session, plan: SamplingPlan, sampling: SamplingConfig, vocabularySize: number, weights: Feeds) {
    this.#session = session;
    this.#plan = plan;
    this.#vocabularySize = vocabularySize;
    this.#candidates = Math.min(plan.truncation === 'topK' ? sampling.topK : NUCLEUS_CANDIDATES, vocabularySize);
    this.#feeds = {
      ...weights,
      [NAMES.temperature]: scalarTensor(sampling.temperature),
      [SAMPLING_INPUTS.penalty]: scalarTensor(sampling.repetitionPenalty),
      [SAMPLING_INPUTS.topP]: scalarTensor(sampling.topP < 1 ? Math.max(sampling.topP, SMALLEST_TOP_P) : KEEP_ALL),
      [SAMPLING_INPUTS.minP]: scalarTensor(sampling.minP),
    };
  }

  /**
   * @param hidden float32 `[rows, hidden]`
   * @param uniforms one number in [0, 1) per row
   * @param seen bool `[rows, vocabulary]`; null where nothing is penalised
   */
  async draw(hidden: AnyTensor, uniforms: Float32Array, seen: Tensor | null): Promise<DrawnTokens> {
    const feeds = {
      ...this.#feeds,
      [NAMES.hidden]: hidden,
      [SAMPLING_INPUTS.uniforms]: { data: uniforms, dims: [uniforms.length] },
      ...(seen && { [SAMPLING_INPUTS.seen]: seen }),
    };
    const first = await this.#run(feeds, this.#candidates);
    const outputs = this.#mayLackCandidates(first) ? await this.#run(feeds, this.#vocabularySize) : first;
    const logprobs = floatOutput(outputs, NAMES.logprobs);
    const differs = this.#plan.penalty || this.#plan.truncation !== 'none';
    return {
      tokens: integerOutput(outputs, NAMES.tokens),
      logprobs,
      sampledLogprobs: differs ? floatOutput(outputs, NAMES.sampledLogprobs) : logprobs,
      entropies: floatOutput(outputs, NAMES.entropies),
    };
  }

  #run(feeds: Feeds, candidates: number): Promise<Outputs> {
    return this.#session.run({ ...feeds, [SAMPLING_INPUTS.candidates]: integerTensor([candidates]) });
  }

  /** Whether the nucleus of a row takes up all candidates, and so may go on beyond them. */
  #mayLackCandidates(outputs: Outputs): boolean {
    if (this.#plan.truncation !== 'nucleus' || this.#candidates === this.#vocabularySize) return false;
    return integerOutput(outputs, NAMES.kept).some((kept) => kept === this.#candidates);
  }
}
