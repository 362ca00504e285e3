/** Completions and their scores: what travels from rollout to reward to training to the run folder. */

/** Names one completion within a run; with the seed and a purpose it keys every random number drawn for it. */
export interface CompletionKey {
  /** Training step, from 1; 0 for the evaluation before the first step. */
  readonly step: number;
  /** The problem's number, as `ProblemRecord` has it. */
  readonly problem: number;
  /** How often the problem was drawn before in this step. */
  readonly occurrence: number;
  /** Generation round of dynamic sampling, from 0. */
  readonly round: number;
  /** Index in the group, from 0. */
  readonly sample: number;
}

/** `stop`: a stop string or stop token of the experiment; `eos`: the model's end of sequence; `length`: cut. */
export type StopReason = 'stop' | 'eos' | 'length';

export interface Completion {
  readonly key: CompletionKey;
  /** Token ids up to and including the one that ended the completion. */
  readonly tokens: Int32Array;
  /** log softmax(logits / temperature) over the whole vocabulary, one per token: the only legal old log-probability. */
  readonly logprobs: Float32Array;
  /** The same after penalty and truncation: what the token was really drawn with. */
  readonly sampledLogprobs: Float32Array;
  /** Entropy in nats of the distribution that `logprobs` is of, where each token was drawn. */
  readonly entropies: Float32Array;
  /** Where each token ends in `text`: ascending UTF-16 offsets, the last of them its length. */
  readonly tokenEnds: Int32Array;
  /** Decoded text without special tokens, cut before the stop string. */
  readonly text: string;
  readonly stopReason: StopReason;
}

/** Why a reward has no value. An error is never a zero. */
export interface RewardError {
  readonly kind: 'threw' | 'timeout' | 'notFinite' | 'wrongType' | 'wrongLength' | 'crashed' | 'memory';
  /** What happened and what to do, with the user's file and line where known. */
  readonly message: string;
}

/** A function's score of a completion. */
export interface RewardScore {
  /** null is "not applicable". */
  readonly value: number | null;
  /**
   * What the function took for the completion's answer, cut to `MAX_ANSWER_CHARS`; null where it looked for one and found none. Absent where
   * it did not look, or that is not known.
   */
  readonly extracted?: string | null;
}

/** One function's verdict on one completion. */
export type RewardResult = RewardScore | { readonly error: RewardError };

/** A completion with its verdicts. */
export interface ScoredCompletion {
  readonly completion: Completion;
  /** By reward name, in the experiment's order. */
  readonly rewards: Readonly<Record<string, RewardResult>>;
  /** Weighted sum of the values; null when no weighted function applied, or one failed (see reward/combine.ts). */
  readonly reward: number | null;
}
