/** The rollout of one step: draw problems, sample their groups, score them, and draw more where dynamic sampling asks for it. */
import { dynamicSamplingMetrics, isInformative, problemsToDraw, selectGroups } from '../grpo/dynamicSampling.ts';
import type { Draw } from '../data/sampler.ts';
import type { Metrics } from '../protocol/metrics.ts';
import { rewardWeights } from '../protocol/rewardWeights.ts';
import type { ScoredGroup, StepContext } from './runContext.ts';
import { scoreGroups, type SampledGroup } from './scoring.ts';
import type { Stopwatch } from './stopwatch.ts';

export interface Rollout {
  /** The groups to train on. */
  readonly groups: readonly ScoredGroup[];
  /** Sampled and thrown away by dynamic sampling. */
  readonly discarded: readonly ScoredGroup[];
  /** What dynamic sampling cost; empty where it is off. */
  readonly metrics: Metrics;
  readonly tokens: number;
}

export async function rollOut(run: StepContext, step: number, watch: Stopwatch): Promise<Rollout> {
  const { algorithm, training } = run.experiment;
  const wanted = training.problemsPerStep;
  const all: ScoredGroup[] = [];
  const maxBatches = algorithm.dynamicSampling ? algorithm.dynamicSampling.maxBatches : 1;
  let batches = 0;
  const weights = rewardWeights(run.experiment, step);
  const informative = ({ scored }: ScoredGroup): boolean => isInformative(scored, weights, algorithm);
  const progress = () => ({
    wanted,
    maxBatches,
    batches,
    drawn: all.length,
    kept: all.filter(informative).length,
  });
  for (let count = wanted; count > 0; count = problemsToDraw(progress())) {
    const sampled = await watch.time('rollout', () =>
      sampleGroups(run, run.sampler.drawMore(step, all.length, count), step, batches),
    );
    run.emit({ event: 'phase', step, phase: 'reward', done: 0, total: count * run.experiment.rollout.groupSize });
    all.push(...(await watch.time('reward', () => scoreGroups(run, sampled, step, 'rollout'))));
    batches++;
  }
  const tokens = tokensOf(all);
  if (!algorithm.dynamicSampling) return { groups: all, discarded: [], metrics: {}, tokens };
  const { kept, discarded } = selectGroups(all, wanted, informative);
  return {
    groups: kept,
    discarded,
    metrics: dynamicSamplingMetrics(progress(), { generated: tokens, discarded: tokensOf(discarded) }),
    tokens,
  };
}

/** Of all completions. */
function tokensOf(groups: readonly ScoredGroup[]): number {
  return groups.reduce(
    (sum, { scored }) => sum + scored.reduce((length, row) => length + row.completion.tokens.length, 0),
    0,
  );
}

async function sampleGroups(
  { sample, experiment, problems, emit }: StepContext,
  draws: readonly Draw[],
  step: number,
  round: number,
): Promise<SampledGroup[]> {
  const { rollout } = experiment;
  const drawn = draws.map(({ index, occurrence }) => {
    const problem = problems.train[index];
    if (!problem) throw new RangeError(`there is no training problem ${index}`);
    return { problem, occurrence };
  });
  const { completions } = await sample(
    {
      kind: 'generate',
      groups: drawn.map(({ problem, occurrence }) => ({
        prompt: problem.tokens,
        keys: Array.from({ length: rollout.groupSize }, (_, index) => ({
          step,
          problem: problem.problem,
          occurrence,
          round,
          sample: index,
        })),
      })),
      purpose: 'rollout',
      sampling: rollout,
      maxCompletionLength: rollout.maxCompletionLength,
      stop: rollout.stop,
      stopTokens: rollout.stopTokens,
      maxRows: rollout.maxRows,
    },
    (done, total) => emit({ event: 'phase', step, phase: 'rollout', done, total }),
  );
  return drawn.map(({ problem }, index) => ({
    problem,
    completions: completions.slice(index * rollout.groupSize, (index + 1) * rollout.groupSize),
  }));
}
