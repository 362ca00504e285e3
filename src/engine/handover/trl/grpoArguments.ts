/** An experiment as the arguments of TRL's `GRPOConfig`, as of TRL 1.13, with what has no counterpart there. */
import type { Experiment } from '../../protocol/experiment.ts';
import { batchesOf } from '../batches.ts';
import type { Literal } from '../python/literal.ts';
import type { Remark } from '../../protocol/handover.ts';
import { different, missing } from '../remark.ts';
import { samplingRemarks } from '../samplingRemarks.ts';

export interface Mapped<Arguments> {
  readonly arguments: Arguments;
  readonly remarks: readonly Remark[];
}

type Arguments = Readonly<Record<string, Literal>>;

export function grpoArguments(experiment: Experiment): Mapped<Arguments> {
  const parts = [lossArguments, batchArguments, samplingArguments, optimizerArguments, evaluationArguments].map(
    (part) => part(experiment),
  );
  const merged: Record<string, Literal> = {};
  for (const part of parts) Object.assign(merged, part.arguments);
  // Ours computes in 32 bits throughout.
  const { training, seed } = experiment;
  Object.assign(merged, { bf16: false, gradient_checkpointing: training.gradientCheckpointing, seed });
  return { arguments: merged, remarks: parts.flatMap(({ remarks }) => remarks) };
}

/** TRL's `scale_rewards` by our advantage; null where it has none. */
const SCALES: Readonly<Record<Experiment['algorithm']['advantage'], string | null>> = {
  group: 'group',
  batch: 'batch',
  none: 'none',
  rloo: null,
  'reinforce++': null,
  'reinforce++-baseline': null,
};

/** How TRL aggregates a loss that is a `loss_type` of its own. */
const OWN_AGGREGATION = { cispo: 'dapo', sapo: 'grpo' } as const;

function lossArguments({ algorithm, rewards }: Experiment): Mapped<Arguments> {
  const { advantage, tokenLoss, aggregation, clip, beta, kl, entropyBonus } = algorithm;
  const remarks: Remark[] = [];
  const scale = SCALES[advantage];
  if (scale === null)
    remarks.push(
      missing(
        'algorithm.advantage',
        `TRL's GRPO has no "${advantage}"; advantages are "none", reward less group mean.`,
      ),
    );
  const own = tokenLoss === 'cispo' || tokenLoss === 'sapo' ? tokenLoss : null;
  if (own !== null && aggregation !== OWN_AGGREGATION[own])
    remarks.push(
      different(
        'algorithm.aggregation',
        `TRL's ${own} is always aggregated as "${OWN_AGGREGATION[own]}", not as "${aggregation}".`,
      ),
    );
  if (tokenLoss === 'dualClip')
    remarks.push(missing('algorithm.clip.dual', 'TRL has no dual clip; the loss is clipped on one side only.'));
  if (beta > 0 && kl !== 'k3')
    remarks.push(different('algorithm.kl', `TRL estimates the KL term by k3, not by ${kl}.`));
  if (entropyBonus > 0)
    remarks.push(different('algorithm.entropyBonus', "TRL takes the mean over each micro-batch's tokens."));
  if (algorithm.dynamicSampling !== false)
    remarks.push(
      missing(
        'algorithm.dynamicSampling',
        'TRL does not draw again for groups without a difference; they stay in the batch.',
      ),
    );
  if (algorithm.importanceSampling !== false)
    remarks.push(
      missing(
        'algorithm.importanceSampling',
        'TRL corrects only for vLLM; here transformers samples with the weights that are trained.',
      ),
    );
  const each = algorithm.rewardNormalization === 'each' && rewards.length > 1;
  return {
    arguments: {
      loss_type: own ?? aggregation,
      importance_sampling_level: tokenLoss === 'gspo' ? 'sequence' : 'token',
      epsilon: clip.low,
      epsilon_high: tokenLoss === 'cispo' ? clip.cap : clip.high,
      ...(clip.delta === undefined ? {} : { delta: clip.delta }),
      ...(tokenLoss === 'sapo'
        ? { sapo_temperature_pos: clip.tauPositive, sapo_temperature_neg: clip.tauNegative }
        : {}),
      beta,
      ...(entropyBonus > 0 ? { entropy_coef: entropyBonus } : {}),
      scale_rewards: scale ?? 'none',
      multi_objective_aggregation: each ? 'normalize_then_sum' : 'sum_then_normalize',
      mask_truncated_completions: algorithm.maskTruncated,
    },
    remarks,
  };
}

function batchArguments(experiment: Experiment): Mapped<Arguments> {
  const { training, rollout } = experiment;
  const { rows, perPass, accumulated, optimizerSteps } = batchesOf(experiment);
  return {
    arguments: {
      num_generations: rollout.groupSize,
      generation_batch_size: rows,
      per_device_train_batch_size: perPass,
      gradient_accumulation_steps: accumulated,
      num_iterations: training.iterations,
      max_steps: training.steps * optimizerSteps,
    },
    remarks: [],
  };
}

function samplingArguments({ rollout }: Experiment): Mapped<Arguments> {
  return {
    arguments: {
      max_completion_length: rollout.maxCompletionLength,
      temperature: rollout.temperature,
      top_p: rollout.topP,
      top_k: rollout.topK,
      min_p: rollout.minP === 0 ? null : rollout.minP,
      repetition_penalty: rollout.repetitionPenalty,
    },
    remarks: samplingRemarks(
      { rollout },
      'With transformers TRL',
      "TRL ends a completion at the tokenizer's end-of-sequence token only.",
    ),
  };
}

/** Of evaluations, as arguments of transformers' `GenerationConfig`. */
export function evaluationSampling({ evaluation }: Pick<Experiment, 'evaluation'>): Readonly<Record<string, Literal>> {
  const { temperature, topP, topK, minP, repetitionPenalty } = evaluation.sampling;
  const shared = { do_sample: temperature > 0, repetition_penalty: repetitionPenalty };
  // Where nothing is drawn transformers warns of each of them.
  if (temperature === 0) return { ...shared, temperature: null, top_p: null, top_k: null, min_p: null };
  return { ...shared, temperature, top_p: topP, top_k: topK, min_p: minP === 0 ? null : minP };
}

function optimizerArguments({ optimizer, training, rollout }: Experiment): Mapped<Arguments> {
  const { optimizerSteps } = batchesOf({ training, rollout });
  const steps = training.steps * optimizerSteps;
  const remarks: Remark[] = [];
  if (optimizerSteps > 1)
    remarks.push(
      different('optimizer.schedule', 'TRL changes the rate with each optimiser step, not with each rollout batch.'),
    );
  const decaying = optimizer.schedule !== 'constant' && optimizer.decayFraction > 0;
  if (decaying && optimizer.warmupSteps > training.steps * (1 - optimizer.decayFraction))
    remarks.push(
      different(
        'optimizer.warmupSteps',
        'Here the decay begins while the rate still warms up; transformers warms up first, then decays.',
      ),
    );
  const warmup = optimizer.warmupSteps * optimizerSteps;
  if (warmup > 0)
    remarks.push(
      different('optimizer.warmupSteps', 'transformers begins the warm-up with a rate of 0, one step behind ours.'),
    );
  return {
    arguments: {
      learning_rate: optimizer.learningRate,
      ...(decaying
        ? {
            lr_scheduler_type: 'warmup_stable_decay',
            lr_scheduler_kwargs: {
              num_decay_steps: Math.max(1, Math.min(Math.round(steps * optimizer.decayFraction), steps - warmup)),
              decay_type: optimizer.schedule,
              min_lr_ratio: optimizer.finalFraction,
            },
          }
        : { lr_scheduler_type: warmup > 0 ? 'constant_with_warmup' : 'constant' }),
      warmup_steps: warmup,
      adam_beta1: optimizer.beta1,
      adam_beta2: optimizer.beta2,
      adam_epsilon: optimizer.epsilon,
      weight_decay: optimizer.weightDecay,
      max_grad_norm: optimizer.maxGradNorm,
    },
    remarks,
  };
}

function evaluationArguments(experiment: Experiment): Mapped<Arguments> {
  const { evaluation, checkpoint } = experiment;
  const { optimizerSteps, perPass } = batchesOf(experiment);
  // The batch must hold whole groups.
  const batch = Math.ceil(perPass / evaluation.samples) * evaluation.samples;
  return {
    arguments: {
      ...(evaluation.every === 0
        ? { eval_strategy: 'no' }
        : { eval_strategy: 'steps', eval_steps: evaluation.every * optimizerSteps }),
      num_generations_eval: evaluation.samples,
      per_device_eval_batch_size: batch,
      save_steps: checkpoint.every * optimizerSteps,
      save_total_limit: checkpoint.keep + 1,
      logging_steps: 1,
    },
    remarks: [
      different('evaluation.reward', 'TRL reports the mean of each reward; ours are accuracies with intervals.'),
    ],
  };
}
