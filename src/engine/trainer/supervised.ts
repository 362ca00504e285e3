/** Supervised fine-tuning on question and answer, the usual warm start of reinforcement learning: the same graphs, another loss. */
import { curriculumMetrics } from '../data/curriculum/curriculumMetrics.ts';
import type { Problem } from '../data/problems.ts';
import type { Draw } from '../data/sampler.ts';
import { learningRateAt } from '../grpo/schedule.ts';
import { lossMetrics } from '../grpo/updateMetrics.ts';
import type { TrainingRow } from '../protocol/compute.ts';
import { taskEpochs } from './taskEpochs.ts';
import type { TakeStep } from './trainer.ts';

/**
 * The step of `train` where the policy learns from demonstrations: minimises the mean negative log-likelihood of their tokens,
 * `problemsPerStep` rows a step.
 * @param demonstrations the tokens to learn for each training problem, the end of sequence included
 */
export function supervisedStep(demonstrations: ReadonlyMap<Problem, Int32Array>): TakeStep {
  return async ({ experiment, compute, sampler, curriculum, problems, emit }, step, numTokens, watch) => {
    const { training, optimizer, algorithm } = experiment;
    const drawn = sampler.draw(step);
    const rows = demonstrationRows(drawn, problems.train, demonstrations, step);
    emit({ event: 'phase', step, phase: 'train', done: 0, total: rows.length });
    const learningRate = learningRateAt(optimizer, step, training.steps);
    const reply = await watch.time('train', () =>
      compute.request({
        kind: 'update',
        objective: 'sft',
        rows,
        algorithm,
        onPolicy: false,
        temperature: 1,
        microBatch: training.microBatch,
        gradientCheckpointing: training.gradientCheckpointing,
        optimizer,
        learningRate,
        iteration: 0,
      }),
    );
    return {
      metrics: {
        ...lossMetrics([{ rows, trained: rows.map((_, index) => index), reply }]),
        learning_rate: learningRate,
        epoch: sampler.epochAfter(step),
        ...taskEpochs(sampler, step),
        num_tokens: numTokens + reply.tokensTrained,
        ...curriculumMetrics(curriculum, step, drawn, []),
      },
      numTokens: numTokens + reply.tokensTrained,
      phases: { train: reply.tokensTrained },
      groups: [],
      completions: [],
    };
  };
}

/** Rows whose tokens all weigh the same: the loss is the mean over the tokens of the step. */
function demonstrationRows(
  draws: readonly Draw[],
  problems: readonly Problem[],
  demonstrations: ReadonlyMap<Problem, Int32Array>,
  step: number,
): TrainingRow[] {
  const shown = draws.map(({ index, occurrence }) => {
    const problem = problems[index];
    const tokens = problem && demonstrations.get(problem);
    if (!tokens) throw new RangeError(`there is no demonstration for training problem ${index}`);
    return { problem, occurrence, tokens };
  });
  const total = shown.reduce((sum, { tokens }) => sum + tokens.length, 0);
  return shown.map(({ problem, occurrence, tokens }) => ({
    key: { step, problem: problem.problem, occurrence, round: 0, sample: 0 },
    prompt: problem.tokens,
    tokens,
    advantage: 1,
    oldLogprobs: new Float32Array(tokens.length),
    referenceLogprobs: null,
    rolloutLogprobs: null,
    weights: new Float32Array(tokens.length).fill(1 / total),
  }));
}
