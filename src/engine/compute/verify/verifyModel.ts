/** Verification: a model as this engine runs and trains it, against values that another implementation computed for it. */
import { Learner } from '../../grpo/learner.ts';
import { loadModel, type Model } from '../../model/loadModel.ts';
import { chooseProvider } from '../../onnx/providers.ts';
import type { DeviceName } from '../../protocol/devices.ts';
import { UserError } from '../../protocol/errors.ts';
import type { AdapterOptions } from '../../protocol/experiment.ts';
import { openPolicy } from '../openPolicy.ts';
import { checkAdvantages, checkMetrics } from './algorithmChecks.ts';
import { Findings, type Check, type NotCompared } from './check.ts';
import { checkForward, scoreTokens } from './forwardChecks.ts';
import { lossCases } from './lossCases.ts';
import { checkGreedy } from './greedyChecks.ts';
import { checkLosses } from './lossChecks.ts';
import { checkOptimizer } from './optimizerChecks.ts';
import { readReference, type Reference } from './reference.ts';
import type { Subject } from './subject.ts';

export interface VerifyOptions {
  /** Hugging Face model folder. */
  readonly model: string;
  /** PEFT adapter folder; null verifies the model with all its weights trained. */
  readonly adapter: string | null;
  /** The reference file, `golden.safetensors`. */
  readonly reference: string;
  /** As the experiment's `device`; `auto` without one. */
  readonly device?: DeviceName;
  /** Of ONNX Runtime; 0 takes the number of physical cores. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/** For a verification that nobody stops. */
const NEVER = new AbortController().signal;

export interface VerifyReport {
  /** `model_type` of the configuration. */
  readonly architecture: string;
  readonly rows: number;
  readonly completionTokens: number;
  readonly checks: readonly Check[];
  /** What the reference lacks, and what it has that is not known. */
  readonly notCompared: readonly NotCompared[];
  /** Whether every check is within its tolerance. */
  readonly passed: boolean;
}

/** Continued from a folder, an adapter has its own rank, alpha and targets; masks would make the reference meaningless. */
const ADAPTER_AS_IT_IS: Omit<AdapterOptions, 'from'> = {
  rank: 1,
  alpha: 1,
  dropout: 0,
  targets: 'all-linear',
  rankStabilized: false,
};

/**
 * Compares logits, log-probabilities, entropies, advantages, losses, gradients, three optimiser steps and greedy tokens with a reference,
 * as far as it has them. Runs ONNX Runtime in this process.
 *
 * @throws UserError when the model, the adapter or the reference cannot be read, when they do not belong together, when the
 *   reference has nothing to compare, and when the device does not work: another one in its place would verify nothing; the signal's reason once it is aborted
 */
export async function verifyModel(options: VerifyOptions): Promise<VerifyReport> {
  const reference = await readReference(options.reference);
  const model = await loadModel(options.model);
  requireFit(reference, model);
  const lora = options.adapter === null ? null : { ...ADAPTER_AS_IT_IS, from: options.adapter };
  const { current: policy } = await openPolicy(model, { lora, state: null, seed: 0 });
  const { device = 'auto', threads = 0, signal = NEVER } = options;
  const { providers, failure } = await chooseProvider(device);
  if (failure !== null) throw new UserError(`Nothing was verified: the device "${device}" cannot be used. ${failure}`);
  const subject: Subject = { policy, reference, providers, threads, signal };
  const findings = await compare(subject);
  if (findings.checks.length === 0) throw new UserError(`${options.reference} has nothing that can be compared.`);
  return {
    architecture: model.architecture.name,
    rows: reference.rows.length,
    completionTokens: reference.rows.reduce((sum, { tokens }) => sum + tokens.length, 0),
    checks: findings.checks,
    notCompared: findings.notCompared,
    passed: findings.checks.every(({ passed }) => passed),
  };
}

async function compare(subject: Subject): Promise<Findings> {
  const { policy, reference, providers, threads } = subject;
  const findings = new Findings();
  const dapo = lossCases(reference.numbers).get('dapo');
  if (!dapo) throw new Error('the dapo loss has no configuration');
  const learner = new Learner(policy, { providers, threads, seed: 0 });
  try {
    const scores = await scoreTokens(subject, 1);
    await checkForward(subject, scores, findings);
    checkAdvantages(reference, findings);
    checkMetrics(reference, dapo, scores, findings);
    await checkLosses(subject, learner, scores.logprobs, findings);
    if (scores.logprobs.every((row) => row.every(Number.isFinite))) {
      await checkGreedy(subject, findings);
      // Last, for it changes the weights.
      await checkOptimizer(subject, learner, dapo, findings);
    } else
      for (const name of ['greedy', 'adamw3']) findings.leaveOut(name, "the model's log-probabilities are no numbers");
  } finally {
    await learner.release();
  }
  noteUnknown(reference, findings);
  return findings;
}

/** The sequences must be possible inputs of the model. */
function requireFit({ path, rows, time }: Reference, { architecture, folder }: Model): void {
  const { vocabularySize, contextLength } = architecture;
  const unknown = rows
    .flatMap(({ prompt, tokens }) => [...prompt, ...tokens])
    .find((id) => id >= vocabularySize || id < 0);
  if (unknown !== undefined)
    throw new UserError(
      `${path} has the token ${unknown}, and the vocabulary of ${folder.path} has ${vocabularySize}: the reference belongs to another model.`,
    );
  if (time > contextLength)
    throw new UserError(
      `${path} has sequences of ${time} tokens, and the context of ${folder.path} is ${contextLength}: the reference belongs to another model.`,
    );
}

/** Every tensor of the format, or its prefix where it is followed by a dot. */
const KNOWN_TENSORS = new Set([
  ...['input_ids', 'attention_mask', 'completion_mask', 'rewards', 'advantages'],
  ...['old_logprobs', 'ref_logprobs', 'rollout_logprobs'],
  ...['logits', 'logprobs', 'logprobs_temperature_07', 'entropy', 'grad', 'adamw3'],
]);

function noteUnknown({ tensors }: Reference, findings: Findings): void {
  for (const name of tensors.keys()) {
    const [first = name] = name.split('.');
    if (!KNOWN_TENSORS.has(first)) findings.leaveOut(name, 'no tensor of that name is known');
  }
}
