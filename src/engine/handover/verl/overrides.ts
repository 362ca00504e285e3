/** An experiment as overrides of verl's `ppo_trainer` configuration, as of verl 0.7, with what has no counterpart there. */
import type { Experiment } from '../../protocol/experiment.ts';
import { batchesOf } from '../batches.ts';
import type { Literal } from '../python/literal.ts';
import type { Remark } from '../../protocol/handover.ts';
import { different, missing } from '../remark.ts';
import { samplingRemarks } from '../samplingRemarks.ts';

export interface VerlOverrides {
  /** By the dotted name of the key. */
  readonly values: Readonly<Record<string, Literal>>;
  readonly remarks: readonly Remark[];
}

const ACTOR = 'actor_rollout_ref.actor';
const ROLLOUT = 'actor_rollout_ref.rollout';
const MODEL = 'actor_rollout_ref.model';

export function verlOverrides(experiment: Experiment, maxPromptTokens: number): VerlOverrides {
  const parts = [advantage, loss, batches, sampling, optimizer, model, evaluation].map((part) => part(experiment));
  const values: Record<string, Literal> = {};
  for (const part of parts) Object.assign(values, part.values);
  Object.assign(values, {
    'data.max_prompt_length': maxPromptTokens,
    'data.max_response_length': experiment.rollout.maxCompletionLength,
    'data.seed': experiment.seed,
    'data.truncation': 'error',
    // Prompts are written already; the template only joins what it is given.
    [`${MODEL}.custom_chat_template`]: '{% for message in messages %}{{ message.content }}{% endfor %}',
    'trainer.logger': ['console', 'tensorboard'],
    'trainer.nnodes': 1,
    'trainer.n_gpus_per_node': 1,
    [`${ROLLOUT}.name`]: 'vllm',
    [`${ROLLOUT}.tensor_model_parallel_size`]: 1,
  });
  return { values, remarks: parts.flatMap(({ remarks }) => remarks) };
}

const ESTIMATORS: Readonly<Record<Experiment['algorithm']['advantage'], string>> = {
  group: 'grpo',
  none: 'grpo',
  batch: 'grpo',
  rloo: 'rloo',
  'reinforce++': 'reinforce_plus_plus',
  'reinforce++-baseline': 'reinforce_plus_plus_baseline',
};

function advantage({ algorithm, rewards }: Experiment): VerlOverrides {
  const remarks: Remark[] = [];
  if (algorithm.advantage === 'batch')
    remarks.push(
      missing(
        'algorithm.advantage',
        'verl has no normalisation by the batch; the advantage is divided by the group deviation.',
      ),
    );
  if (algorithm.rewardNormalization === 'each' && rewards.length > 1)
    remarks.push(missing('algorithm.rewardNormalization', 'verl normalises the sum of the rewards only.'));
  if (algorithm.dynamicSampling !== false)
    remarks.push(
      missing(
        'algorithm.dynamicSampling',
        'verl draws again only in its DAPO recipe (`algorithm.filter_groups`); the trainer that run.sh starts does not.',
      ),
    );
  if (algorithm.importanceSampling !== false)
    remarks.push(
      different(
        'algorithm.importanceSampling',
        'verl has `algorithm.rollout_correction` for it; set it by hand, since its thresholds mean something else.',
      ),
    );
  if (algorithm.maskTruncated)
    remarks.push(missing('algorithm.maskTruncated', 'verl leaves completions that were cut in the loss.'));
  return {
    values: {
      'algorithm.adv_estimator': ESTIMATORS[algorithm.advantage],
      'algorithm.norm_adv_by_std_in_grpo': algorithm.advantage !== 'none',
      'algorithm.use_kl_in_reward': false,
    },
    remarks,
  };
}

const LOSS_MODES: Readonly<Record<Experiment['algorithm']['tokenLoss'], string>> = {
  clipped: 'vanilla',
  dualClip: 'vanilla',
  cispo: 'cispo',
  gspo: 'gspo',
  sapo: 'sapo',
};
const AGGREGATIONS: Readonly<Record<Experiment['algorithm']['aggregation'], string>> = {
  grpo: 'seq-mean-token-mean',
  dapo: 'token-mean',
  bnpo: 'token-mean',
  dr_grpo: 'seq-mean-token-sum-norm',
};
const KL_TYPES: Readonly<Record<Experiment['algorithm']['kl'], string>> = { k1: 'kl', k2: 'mse', k3: 'low_var_kl' };

/** verl always clips on both sides where the advantage is negative; a bound that no ratio reaches turns it off. */
const NO_DUAL_CLIP = 1e6;

function loss({ algorithm, rollout }: Experiment): VerlOverrides {
  const { clip, tokenLoss, aggregation, beta, kl, entropyBonus } = algorithm;
  const remarks: Remark[] = [];
  if (clip.delta !== undefined)
    remarks.push(missing('algorithm.clip.delta', 'verl has no upper bound of the unclipped ratio.'));
  if (aggregation === 'bnpo')
    remarks.push(
      missing('algorithm.aggregation', 'verl has no token mean of each micro-batch; it is one of the mini-batch.'),
    );
  if (entropyBonus > 0)
    remarks.push(different('algorithm.entropyBonus', 'verl aggregates the entropy as it does the loss.'));
  return {
    values: {
      [`${ACTOR}.policy_loss.loss_mode`]: LOSS_MODES[tokenLoss],
      [`${ACTOR}.loss_agg_mode`]: AGGREGATIONS[aggregation],
      ...(aggregation === 'dr_grpo' ? { [`${ACTOR}.loss_scale_factor`]: rollout.maxCompletionLength } : {}),
      // CISPO's cap is of the ratio itself, and nothing holds it from below.
      [`${ACTOR}.clip_ratio_low`]: tokenLoss === 'cispo' ? 1 : clip.low,
      [`${ACTOR}.clip_ratio_high`]: tokenLoss === 'cispo' ? clip.cap - 1 : clip.high,
      [`${ACTOR}.clip_ratio_c`]: tokenLoss === 'dualClip' ? clip.dual : NO_DUAL_CLIP,
      ...(tokenLoss === 'sapo'
        ? { [`${ACTOR}.tau_pos`]: clip.tauPositive, [`${ACTOR}.tau_neg`]: clip.tauNegative }
        : {}),
      [`${ACTOR}.use_kl_loss`]: beta > 0,
      [`${ACTOR}.kl_loss_coef`]: beta,
      [`${ACTOR}.kl_loss_type`]: KL_TYPES[kl],
      [`${ACTOR}.entropy_coeff`]: entropyBonus,
    },
    remarks,
  };
}

function batches(experiment: Experiment): VerlOverrides {
  const { training } = experiment;
  const { perPass } = batchesOf(experiment);
  const even = training.problemsPerStep % training.miniBatches === 0;
  return {
    values: {
      'data.train_batch_size': training.problemsPerStep,
      [`${ACTOR}.ppo_mini_batch_size`]: even
        ? training.problemsPerStep / training.miniBatches
        : training.problemsPerStep,
      [`${ACTOR}.ppo_micro_batch_size_per_gpu`]: perPass,
      [`${ROLLOUT}.log_prob_micro_batch_size_per_gpu`]: perPass,
      'actor_rollout_ref.ref.log_prob_micro_batch_size_per_gpu': perPass,
      [`${ACTOR}.ppo_epochs`]: training.iterations,
      'trainer.total_training_steps': training.steps,
      // Bounded by the steps, as ours is.
      'trainer.total_epochs': training.steps,
    },
    remarks: even
      ? []
      : [
          missing(
            'training.miniBatches',
            `verl splits problems: ${training.problemsPerStep} cannot be split into ${training.miniBatches} parts of one size, and there is one.`,
          ),
        ],
  };
}

function sampling({ rollout }: Experiment): VerlOverrides {
  const remarks: Remark[] = [];
  for (const [key, off] of [
    ['minP', 0],
    ['repetitionPenalty', 1],
  ] as const)
    if (rollout[key] !== off) remarks.push(missing(`rollout.${key}`, 'verl passes no such setting to its sampler.'));
  remarks.push(
    ...samplingRemarks({ rollout }, 'verl', "verl ends a completion at the model's end-of-sequence tokens only."),
  );
  return {
    values: {
      [`${ROLLOUT}.n`]: rollout.groupSize,
      [`${ROLLOUT}.temperature`]: rollout.temperature,
      [`${ROLLOUT}.top_p`]: rollout.topP,
      [`${ROLLOUT}.top_k`]: rollout.topK === 0 ? -1 : rollout.topK,
    },
    remarks,
  };
}

function optimizer({ optimizer: config }: Experiment): VerlOverrides {
  const remarks: Remark[] = [];
  if (config.schedule === 'linear')
    remarks.push(missing('optimizer.schedule', 'verl has no linear decay; the rate is constant after the warm-up.'));
  if (config.schedule === 'cosine' && config.decayFraction < 1)
    remarks.push(missing('optimizer.decayFraction', "verl's cosine decays from the warm-up on."));
  if (config.epsilon !== 1e-8) remarks.push(different('optimizer.epsilon', 'Is given as `override_optimizer_config`.'));
  if (config.maxGradNorm === 0)
    remarks.push(different('optimizer.maxGradNorm', 'verl always clips; the bound is 1e9, which no gradient reaches.'));
  const at = `${ACTOR}.optim`;
  return {
    values: {
      [`${at}.lr`]: config.learningRate,
      [`${at}.lr_warmup_steps`]: config.warmupSteps,
      [`${at}.lr_scheduler_type`]: config.schedule === 'cosine' ? 'cosine' : 'constant',
      [`${at}.min_lr_ratio`]: config.finalFraction,
      [`${at}.betas`]: [config.beta1, config.beta2],
      [`${at}.weight_decay`]: config.weightDecay,
      ...(config.epsilon === 1e-8 ? {} : { [`${at}.override_optimizer_config`]: { eps: config.epsilon } }),
      [`${ACTOR}.grad_clip`]: config.maxGradNorm === 0 ? 1e9 : config.maxGradNorm,
    },
    remarks,
  };
}

function model({ full, lora }: Experiment): VerlOverrides {
  if (full || lora === undefined) return { values: { [`${MODEL}.lora_rank`]: 0 }, remarks: [] };
  const remarks: Remark[] = [];
  if (lora.dropout > 0) remarks.push(missing('lora.dropout', "verl's adapters have no dropout."));
  if (lora.rankStabilized)
    remarks.push(
      different('lora.rankStabilized', 'verl scales by alpha / rank; alpha is given so that the scale is the same.'),
    );
  return {
    values: {
      [`${MODEL}.lora_rank`]: lora.rank,
      [`${MODEL}.lora_alpha`]: lora.rankStabilized ? lora.alpha * Math.sqrt(lora.rank) : lora.alpha,
      [`${MODEL}.target_modules`]: lora.targets,
      [`${ROLLOUT}.load_format`]: 'safetensors',
    },
    remarks,
  };
}

function evaluation({ evaluation: config, checkpoint }: Experiment): VerlOverrides {
  const { samples, every, sampling: drawn } = config;
  return {
    values: {
      'trainer.test_freq': every === 0 ? -1 : every,
      'trainer.save_freq': checkpoint.every,
      'trainer.max_actor_ckpt_to_keep': checkpoint.keep + 1,
      [`${ROLLOUT}.val_kwargs.n`]: samples,
      [`${ROLLOUT}.val_kwargs.do_sample`]: drawn.temperature > 0,
      [`${ROLLOUT}.val_kwargs.temperature`]: drawn.temperature,
      [`${ROLLOUT}.val_kwargs.top_p`]: drawn.topP,
      [`${ROLLOUT}.val_kwargs.top_k`]: drawn.topK === 0 ? -1 : drawn.topK,
    },
    remarks: [],
  };
}
