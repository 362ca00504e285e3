/** What the compute process holds: the policy with its sampler and learner, and the reference policy beside it. */
import { cacheFolder } from '../onnx/cacheFolder.ts';
import { weightLevels } from '../onnx/integerProducts.ts';
import { chooseProvider, hasHalves } from '../onnx/providers.ts';
import { loadModel, loadQuantizedModel, type Model } from '../model/loadModel.ts';
import { quantizedWeights } from '../model/quantizedWeights.ts';
import { suspectWeights } from '../model/nonFinite.ts';
import type { Policy } from '../model/policy.ts';
import { Tokenizer } from '../model/tokenizer.ts';
import { requireFiniteLogprobs } from '../grpo/finiteUpdate.ts';
import { Learner } from '../grpo/learner.ts';
import type { Completion } from '../protocol/completion.ts';
import type {
  ApplyReply,
  ApplyRequest,
  GenerateRequest,
  GradientReply,
  GradientRequest,
  LoadReply,
  LoadRequest,
  SaveReply,
  SaveRequest,
  ScoreReply,
  ScoreRequest,
  TokenLossReply,
  TokenLossRequest,
  UpdateReply,
  UpdateRequest,
} from '../protocol/compute.ts';
import { NonFiniteError, UserError } from '../protocol/errors.ts';
import type { GenerationListener } from '../rollout/generator.ts';
import { cacheFacts } from './cacheFacts.ts';
import { openPolicy, type LoadedPolicy } from './openPolicy.ts';
import { RolloutPolicy } from './rolloutPolicy.ts';
import { savePolicy } from './savePolicy.ts';

const HALVES_ON_CPU =
  'Weights in float16 are for graphics cards: the CPU turns them back into float32, which saves neither time nor memory.';

type Precision = 'float32' | 'float16';

interface Loaded {
  readonly model: Model;
  readonly policy: LoadedPolicy;
  /** In which the model's matrices are multiplied: when completions are sampled for training, and in all else. */
  readonly precision: { readonly rollout: Precision; readonly other: Precision };
  readonly rollouts: RolloutPolicy;
  readonly learner: Learner;
  /** Scores under the reference policy; made when first asked for. */
  readonly reference: () => Learner;
}

export class PolicyHost {
  #loaded: Loaded | null = null;

  async load(request: LoadRequest): Promise<LoadReply> {
    const { providers, failure } = await chooseProvider(request.device);
    const onCpu = `The device "${request.device}" cannot be used, so this goes on on the CPU. ${failure}`;
    const base = request.lora?.base ?? 'float32';
    const other = base === 'float16' ? base : 'float32';
    const rollout = request.rolloutWeights === 'float16' ? request.rolloutWeights : other;
    const halves = rollout === 'float16';
    if (halves) await requireHalves(request.device, providers);
    const model = await (base === 'float32' ? loadModel(request.model) : loadQuantizedModel(request.model, base));
    const policy = await openPolicy(model, request);
    const { threads, seed } = request;
    const learner = new Learner(policy.current, { providers, threads, seed }, policy.optimizerState);
    const tokenizer = await Tokenizer.load(model.folder.path, model.folder.eosTokenIds);
    const { rolloutWeights } = request;
    const quantized =
      rolloutWeights === 'float32' || rolloutWeights === base
        ? null
        : () => quantizedWeights(model, rolloutWeights, cacheFolder());
    const { eosTokenIds } = tokenizer;
    const rollouts = new RolloutPolicy(policy, { tokenizer, eosTokenIds, providers, threads, seed }, { quantized });
    let reference: Learner | null = null;
    this.#loaded = {
      model,
      policy,
      precision: { rollout, other },
      rollouts,
      learner,
      reference: () => (reference ??= new Learner(policy.reference, { providers, threads, seed })),
    };
    const count = (shapes: Iterable<readonly number[]>): number =>
      [...shapes].reduce((sum, shape) => sum + shape.reduce((product, size) => product * size, 1), 0);
    return {
      architecture: model.architecture.name,
      parameters: count(model.contents.parameters.values()),
      trainableParameters: count([...policy.current.trainable.values()].map(({ shape }) => shape)),
      contextLength: model.architecture.contextLength,
      vocabularySize: model.architecture.vocabularySize,
      cache: cacheFacts(model.architecture),
      provider: providers[0] ?? 'cpu',
      warnings: [
        ...(failure === null ? [] : [onCpu]),
        ...(halves && providers[0] === 'cpu' ? [HALVES_ON_CPU] : []),
        ...model.warnings,
      ],
      weightLevels: base === 'int8' || rolloutWeights === 'int8' ? await weightLevels() : null,
    };
  }

  async generate(request: GenerateRequest, listener: GenerationListener = {}): Promise<readonly Completion[]> {
    const { rollouts, model, policy, precision } = this.#need();
    const generator = await rollouts.generator(request.purpose);
    const used = request.purpose === 'rollout' ? precision.rollout : precision.other;
    return generator.generate(request, listener).catch(withSuspect(model, policy.current, used));
  }

  async score(request: ScoreRequest): Promise<ScoreReply> {
    const { learner, reference, model, policy, precision } = this.#need();
    const { policy: which, rows, requireFinite } = request;
    const reply = await (which === 'current' ? learner : reference()).score(request);
    if (!requireFinite) return reply;
    try {
      requireFiniteLogprobs(rows, reply.logprobs, 'score');
    } catch (error) {
      return withSuspect(model, policy[which], precision.other)(error);
    }
    return reply;
  }

  async update(request: UpdateRequest): Promise<UpdateReply> {
    const { learner, rollouts } = this.#need();
    await rollouts.weightsChange();
    return learner.update(request);
  }

  gradient(request: GradientRequest): Promise<GradientReply> {
    return this.#need().learner.gradient(request);
  }

  async apply(request: ApplyRequest): Promise<ApplyReply> {
    const { learner, rollouts } = this.#need();
    await rollouts.weightsChange();
    return learner.apply(request);
  }

  tokenLosses(request: TokenLossRequest): Promise<TokenLossReply> {
    return this.#need().learner.tokenLosses(request);
  }

  async save({ folder }: SaveRequest): Promise<SaveReply> {
    const { model, policy, learner } = this.#need();
    return { bytes: await savePolicy(folder, model, policy, await learner.stateTensors()) };
  }

  #need(): Loaded {
    if (!this.#loaded) throw new Error('no policy was loaded');
    return this.#loaded;
  }
}

/** @throws UserError where weights of 16 bits are asked for and the device has no such numbers */
async function requireHalves(device: string, [provider = 'cpu']: readonly string[]): Promise<void> {
  if (await hasHalves(provider)) return;
  throw new UserError(
    `The graphics card of the device "${device}" (${provider}) cannot compute with numbers of 16 bits, as "float16" asks for. Set lora.base and rollout.weights to "float32", or take another device.`,
  );
}

/** Adds what the weights have to do with probabilities that are no numbers; passes every other error on. */
function withSuspect(model: Model, policy: Policy, precision: Precision): (error: unknown) => Promise<never> {
  return async (error) => {
    if (!(error instanceof NonFiniteError)) throw error;
    throw new NonFiniteError(`${error.message} ${await suspectWeights(model, policy, precision)}`, error);
  };
}
