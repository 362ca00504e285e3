/** What the schema cannot say: entries of an experiment that contradict each other. */
import { builtinModelProblem } from './builtinModels.ts';
import { curriculumProblems } from './curriculumChecks.ts';
import { datasetProblems } from './datasetChecks.ts';
import type { Experiment } from './experiment.ts';
import { printPath } from './experimentKeys.ts';
import type { Problem } from './jsonIssues.ts';
import { rayOf, sharesOf } from './rayConfig.ts';
import { taskProblems } from './taskChecks.ts';

/** The name under which a reward is reported. */
export function rewardName(reward: Experiment['rewards'][number]): string {
  return reward.name ?? reward.function;
}

/** The reward function whose value 1 counts as solved: the first one unless the experiment names another; '' where it has none. */
export function solvedBy({ evaluation, rewards }: Pick<Experiment, 'evaluation' | 'rewards'>): string {
  const [first] = rewards;
  return evaluation.reward ?? (first ? rewardName(first) : '');
}

/** Contradictions in a parsed experiment, each with what to change. */
export function contradictions(experiment: Experiment): Problem[] {
  return [
    ...modelProblems(experiment),
    ...policyProblems(experiment),
    ...(experiment.dataset === undefined ? [] : datasetProblems(experiment.dataset, ['dataset'])),
    ...taskProblems(experiment, experiment.rewards.map(rewardName)),
    ...rewardProblems(experiment),
    ...earlyStoppingProblems(experiment),
    ...guardProblems(experiment),
    ...curriculumProblems(experiment),
    ...batchProblems(experiment),
    ...workerProblems(experiment),
    ...(experiment.method === 'grpo' ? groupProblems(experiment) : []),
  ].map(({ path, message }) => ({ path, message: `${printPath(path)}: ${message}` }));
}

function modelProblems({ model }: Experiment): Problem[] {
  const message = builtinModelProblem(model);
  return message === null ? [] : [{ path: ['model'], message }];
}

function policyProblems({ lora, full, rollout }: Experiment): Problem[] {
  const problems: Problem[] = [];
  if (lora !== undefined && full)
    problems.push({ path: ['full'], message: '`full: true` and `lora` exclude each other; remove one of them' });
  if (full && rollout.weights !== 'float32') {
    const message = `with \`full: true\` every weight changes at each step, and only frozen ones can be held as ${rollout.weights}; remove it, or train an adapter`;
    problems.push({ path: ['rollout', 'weights'], message });
  }
  const base = lora?.base ?? 'float32';
  if (base !== 'float32' && rollout.weights !== base) {
    const message = `the adapter is trained on an ${base} base, and completions are sampled from the same; remove it`;
    problems.push({ path: ['rollout', 'weights'], message });
  }
  return problems;
}

function workerProblems(experiment: Experiment): Problem[] {
  const shares = sharesOf(experiment);
  const { workers } = rayOf(experiment);
  if (shares === 1 && workers === 1) return [];
  if (shares < workers) {
    const message = `${workers} workers have no more than ${shares} to compute; set it to ${workers} or more, or lower \`ray.workers\``;
    return [{ path: ['ray', 'shares'], message }];
  }
  if (!experiment.full) return [];
  const message =
    'with `full: true` the gradients of every weight would travel at each step; train an adapter (`lora`), or set 1';
  return [{ path: ['ray', workers > 1 ? 'workers' : 'shares'], message }];
}

function rewardProblems({ rewards, evaluation, method }: Experiment): Problem[] {
  const problems: Problem[] = [];
  const names = rewards.map(rewardName);
  if (method === 'grpo' && rewards.length === 0) {
    problems.push({ path: ['rewards'], message: '`method: "grpo"` needs at least one reward function' });
  }
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index) continue;
    const message = `two rewards are called "${name}"; give one of them another \`name\``;
    problems.push({ path: ['rewards', index], message });
  }
  if (evaluation.reward !== undefined && !names.includes(evaluation.reward)) {
    const known = names.length > 0 ? `one of ${names.join(', ')}` : 'a reward, and there are none';
    problems.push({
      path: ['evaluation', 'reward'],
      message: `"${evaluation.reward}" is no reward; it must be ${known}`,
    });
  }
  if (evaluation.samples > 1 && evaluation.sampling.temperature === 0) {
    const message = `${evaluation.samples} samples at \`sampling.temperature\` 0 are all the same; take 1 sample or raise the temperature`;
    problems.push({ path: ['evaluation', 'samples'], message });
  }
  return problems;
}

function earlyStoppingProblems({ evaluation, rewards }: Experiment): Problem[] {
  if (evaluation.stopEarly === undefined) return [];
  const path = ['evaluation', 'stopEarly'];
  if (evaluation.every === 0)
    return [
      { path, message: 'nothing is evaluated between the start and the end; set `evaluation.every`, or remove it' },
    ];
  if (rewards.length === 0)
    return [{ path, message: 'without a reward function nothing says what is solved; add one, or remove it' }];
  return [];
}

function guardProblems({ guards, algorithm, method }: Experiment): Problem[] {
  if (guards.kl === undefined || (method === 'grpo' && algorithm.beta > 0)) return [];
  const message =
    method === 'grpo'
      ? 'without a KL term there is no reference to compare with; set `algorithm.beta` (a small one, 1e-6, measures and hardly pulls), or remove it'
      : 'supervised training has no reference policy; remove it';
  return [{ path: ['guards', 'kl'], message }];
}

function batchProblems({ training, rollout, method, lora }: Experiment): Problem[] {
  if (method === 'sft') {
    const weights = {
      path: ['rollout', 'weights'],
      message: 'supervised training samples nothing to train on; remove it',
    };
    return [
      ...(['iterations', 'miniBatches'] as const)
        .filter((key) => training[key] !== 1)
        .map((key) => ({
          path: ['training', key],
          message: 'supervised training takes one optimiser step per batch; remove it',
        })),
      ...(rollout.weights === (lora?.base ?? 'float32') ? [] : [weights]),
    ];
  }
  const rows = training.problemsPerStep * rollout.groupSize;
  if (rows % training.miniBatches === 0) return [];
  const product = `${training.problemsPerStep} problems x ${rollout.groupSize} completions = `;
  return [
    {
      path: ['training', 'miniBatches'],
      message: `${product}${rows} rows per step cannot be split into ${training.miniBatches} equal mini-batches`,
    },
  ];
}

function groupProblems({ algorithm, rollout, training }: Experiment): Problem[] {
  const problems: Problem[] = [];
  // REINFORCE++ alone compares with the batch and needs no group.
  const compared =
    algorithm.advantage === 'reinforce++' ? rollout.groupSize * training.problemsPerStep : rollout.groupSize;
  if (compared < 2) {
    const message = 'an advantage compares completions of one problem; `groupSize` must be at least 2';
    problems.push({ path: ['rollout', 'groupSize'], message });
  }
  if (rollout.temperature === 0) {
    const message = 'at temperature 0 every completion of a group is the same and nothing can be learned; use 1';
    problems.push({ path: ['rollout', 'temperature'], message });
  }
  if (algorithm.clip.low >= 1) {
    const message = `the ratio is clipped to 1 - low = ${1 - algorithm.clip.low}; low must be less than 1, usually 0.2`;
    problems.push({ path: ['algorithm', 'clip', 'low'], message });
  }
  if (algorithm.dynamicSampling !== false && algorithm.advantage === 'reinforce++') {
    const message =
      'it keeps groups whose rewards differ, and `reinforce++` compares with the whole batch; take another advantage or set false';
    problems.push({ path: ['algorithm', 'dynamicSampling'], message });
  }
  const correction = algorithm.importanceSampling;
  if (rollout.weights !== 'float32' && correction === false) {
    const message = `completions sampled from ${rollout.weights} weights come from another policy than the one that is trained; remove it, or set { "mode": "truncate" }`;
    problems.push({ path: ['algorithm', 'importanceSampling'], message });
  }
  if (correction !== false && correction.low >= correction.high) {
    const message = `low (${correction.low}) must be less than high (${correction.high})`;
    problems.push({ path: ['algorithm', 'importanceSampling', 'low'], message });
  }
  return problems;
}
