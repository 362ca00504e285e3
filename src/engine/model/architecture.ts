/**
 * An architecture is written once, as a function over symbolic tensors. From it come, by tracing, the graphs for prefill, decode,
 * scoring and training, and the list of its parameters. Activations are token-major, `[tokens, features]`.
 */
import type { Value } from '../onnx/graph.ts';

/** How a linear layer's weight is stored: `[in, out]` (GPT-2's Conv1D) or `[out, in]`. */
export type LinearLayout = 'in-out' | 'out-in';

export interface LinearSpec {
  /** Full module name, such as `model.layers.0.self_attn.q_proj`; its tensors are `.weight` and `.bias`. */
  readonly module: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly bias: boolean;
  readonly layout: LinearLayout;
}

/** Rotary position embedding, of the first `2 * frequencies.length` features of a head; the others say nothing of the position. */
export interface RotarySpec {
  /** In radians per position, after any scaling. */
  readonly frequencies: readonly number[];
  /** Whether neighbours are rotated against each other (GPT-J) in place of halves. */
  readonly interleaved: boolean;
}

export interface AttentionSpec {
  readonly layer: number;
  readonly heads: number;
  /** Fewer than `heads` for grouped-query attention, arXiv:2305.13245. */
  readonly keyValueHeads: number;
  readonly headSize: number;
  /** Queries are multiplied by this. */
  readonly scale: number;
  readonly rotary: RotarySpec | null;
  /** Keys that a query sees, its own included; null for all before it. */
  readonly window: number | null;
}

/** What an architecture is written against; each kind of graph supplies its own. */
export interface ForwardContext {
  /** int64 `[tokens]` */
  readonly tokens: Value;
  /** Position of each token in its sequence, int64 `[tokens]`. */
  readonly positions: Value;
  /** A parameter by its name in the model's files. */
  parameter(name: string, shape: readonly number[]): Value;
  /** x W (+ b) (+ LoRA), `[tokens, in]` to `[tokens, out]`. */
  linear(x: Value, spec: LinearSpec): Value;
  /** Causal self-attention of q `[tokens, heads * headSize]` over k and v `[tokens, keyValueHeads * headSize]`. */
  attention(q: Value, k: Value, v: Value, spec: AttentionSpec): Value;
}

/** A model's dimensions, read from its `config.json`, and its forward pass. */
export interface Architecture {
  /** `model_type` of the configuration. */
  readonly name: string;
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  readonly contextLength: number;
  /** Parameter that maps hidden states to logits, `[vocabulary, hidden]`; the embedding's where they are tied. */
  readonly headParameter: string;
  /** Parameter that is added to the logits, `[vocabulary]`; null where there is none. */
  readonly headBias: string | null;
  /** A prefix of parameter names that some checkpoints leave out (`transformer.` in OpenAI's GPT-2). */
  readonly optionalPrefix: string | null;
  /** Hidden states after the last norm, `[tokens, hidden]`. */
  forward(context: ForwardContext): Value;
}
