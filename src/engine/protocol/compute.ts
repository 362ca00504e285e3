/**
 * What the engine asks of its compute child, the process that owns the ONNX Runtime sessions. Requests are answered in order, one
 * at a time. Both sides are our own code, so frames travel by Node's structured-clone IPC with typed arrays inside; nothing here
 * ever passes through a process that runs user code.
 */
import type { Completion, CompletionKey } from './completion.ts';
import type { NonFiniteError } from './errors.ts';
import type { AlgorithmConfig, LoraConfig, OptimizerConfig, RolloutConfig, SamplingConfig } from './experiment.ts';

/** Loads a policy. Paths are absolute. */
export interface LoadRequest {
  readonly kind: 'load';
  readonly model: string;
  /** Where the model lies for who reads what is saved, if that is somewhere else: what an adapter calls its base. */
  readonly baseModel?: string;
  /** `lora: null` trains every weight. */
  readonly lora: LoraConfig | null;
  /** What rollouts are sampled from; evaluations always use the weights as they are. */
  readonly rolloutWeights: RolloutConfig['weights'];
  /** Folder of an earlier `save`, from which weights and optimiser state continue. */
  readonly state: string | null;
  readonly seed: number;
  readonly device: string;
  readonly threads: number;
}

export interface LoadReply {
  readonly architecture: string;
  readonly parameters: number;
  readonly trainableParameters: number;
  readonly contextLength: number;
  readonly vocabularySize: number;
  /** Keys and values of what is decoded at once (`decodeRoom.ts`): bytes of each token, and of all of them at most. */
  readonly cache: {
    readonly bytesPerToken: number;
    readonly maxBytes: number;
    /** Of prompts kept from one call for the next, beside them. */
    readonly maxKeptBytes: number;
  };
  /** The provider that really runs, in ONNX Runtime's name. */
  readonly provider: string;
  readonly warnings: readonly string[];
  /** Levels of a weight in 8 bits on either side of 0, which the processor decides (`integerProducts.ts`); null where none is held so. */
  readonly weightLevels: number | null;
}

export interface GenerateRequest {
  readonly kind: 'generate';
  /** One entry per problem drawn; all its samples share one prefill. */
  readonly groups: readonly { readonly prompt: Int32Array; readonly keys: readonly CompletionKey[] }[];
  readonly purpose: 'rollout' | 'evaluation';
  /** Whether more completions of these prompts are asked for next, before the policy changes: what was computed of them is kept, as far as memory allows. */
  readonly keepPrompts: boolean;
  readonly sampling: SamplingConfig;
  readonly maxCompletionLength: number;
  readonly stop: readonly string[];
  readonly stopTokens: readonly number[];
  readonly maxRows: number;
}

/** All completions of a group, told as soon as the last of them is whole, while other groups are still being decoded. */
export interface GeneratedGroup {
  /** Place of the group in the request. */
  readonly group: number;
  /** In the order of the group's keys. */
  readonly completions: readonly Completion[];
}

/** Every group that has keys was told of before. */
export type GenerateReply = Readonly<Record<string, never>>;

/** One completion to train on. Arrays run over the completion's tokens. */
export interface TrainingRow {
  readonly key: CompletionKey;
  readonly prompt: Int32Array;
  readonly tokens: Int32Array;
  readonly advantage: number;
  /** Log-probabilities under the old policy of the ratio. */
  readonly oldLogprobs: Float32Array;
  /** Under the reference policy; needed where beta > 0. */
  readonly referenceLogprobs: Float32Array | null;
  /** Of the sampler where it differs from the old policy; needed for importance sampling. */
  readonly rolloutLogprobs: Float32Array | null;
  /** Weight of each token in the loss: 0 where masked, else the aggregation's share (see grpo/aggregation.ts). */
  readonly weights: Float32Array;
}

export interface ScoreRequest {
  readonly kind: 'score';
  readonly policy: 'current' | 'reference';
  readonly rows: readonly { readonly key: CompletionKey; readonly prompt: Int32Array; readonly tokens: Int32Array }[];
  /** With the dropout masks of an update's first pass, which the current policy of an adapter may have. */
  readonly dropout: boolean;
  readonly temperature: number;
  readonly microBatch: number;
  /** Log-probabilities that are no numbers are an error, as nothing may follow from them; a replay shows them instead. */
  readonly requireFinite: boolean;
}

export interface ScoreReply {
  /** Per row, per token. */
  readonly logprobs: readonly Float32Array[];
}

/** The rows of an update, and the loss that it descends. */
interface DescentRequest {
  readonly objective: 'policy' | 'sft';
  /** Rows without any loss term are already left out. */
  readonly rows: readonly TrainingRow[];
  readonly algorithm: AlgorithmConfig;
  /** Whether the policy before this update is the old policy of the ratio: what it says then stands in for the rows' `oldLogprobs`. */
  readonly onPolicy: boolean;
  readonly temperature: number;
  readonly microBatch: number;
  /** Whether layers are computed a second time for their gradients: the same result in less memory. */
  readonly gradientCheckpointing: boolean;
  /** Which pass over the same rows this is, from 0; dropout draws anew in each. */
  readonly iteration: number;
}

/** How far an update goes. */
interface StepSize {
  readonly optimizer: OptimizerConfig;
  readonly learningRate: number;
}

/** `gradient` and then `apply` of what it replies. */
export interface UpdateRequest extends DescentRequest, StepSize {
  readonly kind: 'update';
}

/** What the rows of an update said on the way to its gradient. */
interface PassReply {
  readonly loss: number;
  /** Per row, per token, under the policy before this update. */
  readonly logprobs: readonly Float32Array[];
  readonly entropies: readonly Float32Array[];
  /** Tokens that went through forward and backward: a prompt once for the rows of a micro-batch, and no padding. */
  readonly tokensTrained: number;
}

export interface ApplyReply {
  /** Before clipping. */
  readonly gradNorm: number;
}

export interface UpdateReply extends PassReply, ApplyReply {}

/** Asks for the gradient of some rows of an update, or of all: those of all of them add up to the update's, and nothing is changed. */
export interface GradientRequest extends DescentRequest {
  readonly kind: 'gradient';
}

/** An update's loss and its gradients by tensor name. */
export interface Descent {
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

export interface GradientReply extends PassReply, Descent {}

/** Takes the optimiser step of an update, whose gradient was computed before. */
export interface ApplyRequest extends StepSize {
  readonly kind: 'apply';
  readonly descent: Descent;
  /** The training step that it is made in. */
  readonly step: number;
}

/** Asks what each token added to the loss of an update that was made. */
export interface TokenLossRequest {
  readonly kind: 'tokenLosses';
  readonly rows: readonly UpdatedRow[];
  readonly algorithm: AlgorithmConfig;
  readonly microBatch: number;
}

/** A row with its part of an update's reply. */
export interface UpdatedRow extends TrainingRow {
  readonly logprobs: Float32Array;
  readonly entropies: Float32Array;
}

export interface TokenLossReply {
  /** Per row, per token; all of them together are the update's loss, rounding apart. */
  readonly losses: readonly Float32Array[];
}

/**
 * Writes weights and optimiser state into `folder`, which must not exist: a PEFT adapter or a Hugging Face model that other programs
 * load, and `optimizer.safetensors` beside it. Whole or not at all is the caller's business (temporary name, then rename).
 */
export interface SaveRequest {
  readonly kind: 'save';
  readonly folder: string;
}

export interface SaveReply {
  readonly bytes: number;
}

/** Asks what ONNX Runtime can do here; needs no policy. Providers are tried by running a graph on them. */
export interface InspectRequest {
  readonly kind: 'inspect';
  /** As the experiment's `device` calls them. */
  readonly providers: readonly string[];
}

export interface InspectReply {
  readonly runtimeVersion: string;
  /** Folder that ONNX Runtime's library was loaded from; null where that cannot be told (not Linux). */
  readonly runtimeFolder: string | null;
  /** In the order asked; `failure` is null where a provider works here. */
  readonly providers: readonly { readonly name: string; readonly failure: ProviderFailure | null }[];
}

/** Why a provider does not work here, and what to do; null where this machine does not seem to be made for it. */
export interface ProviderFailure {
  readonly reason: string;
  readonly remedy: string | null;
}

export type ComputeRequest =
  | LoadRequest
  | GenerateRequest
  | ScoreRequest
  | UpdateRequest
  | GradientRequest
  | ApplyRequest
  | TokenLossRequest
  | SaveRequest
  | InspectRequest;

/** The reply of each request, by its kind. */
export interface ComputeReplies {
  load: LoadReply;
  generate: GenerateReply;
  score: ScoreReply;
  update: UpdateReply;
  gradient: GradientReply;
  apply: ApplyReply;
  tokenLosses: TokenLossReply;
  save: SaveReply;
  inspect: InspectReply;
}

/** What travels: a numbered request, and for it any number of frames of progress and of groups, then a reply or an error. */
export type ComputeFrame =
  | { readonly id: number; readonly progress: { readonly done: number; readonly total: number } }
  | { readonly id: number; readonly generated: GeneratedGroup }
  | { readonly id: number; readonly reply: ComputeReplies[keyof ComputeReplies] }
  | {
      readonly id: number;
      readonly error: {
        readonly name: string;
        readonly message: string;
        readonly stack: string | undefined;
        /** What a system call failed with. */
        readonly code?: string | undefined;
        readonly nonFinite?: Pick<NonFiniteError, 'place' | 'step'>;
      };
    };
