/** Tries a step: the problems and completions that a run would have in it, and an update that leaves the policy as it is. */
import { answersFound } from '../../analysis/signal/answers.ts';
import { causeOf, isDead, signalRules } from '../../analysis/signal/causes.ts';
import type { SampledGroup } from '../../analysis/forecast/sampledSignal.ts';
import { scoredAdvantages } from '../../grpo/advantage.ts';
import { rewardValue } from '../../grpo/rewardValues.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import { rewardWeights } from '../../protocol/rewardWeights.ts';
import { taskNamed } from '../../protocol/tasks.ts';
import type { ResourceMeter } from '../resources.ts';
import { rollOut } from '../rolloutPhase.ts';
import type { StepContext } from '../runContext.ts';
import type { ScoredGroup } from '../scoredGroup.ts';
import { Stopwatch } from '../stopwatch.ts';
import { updatePolicy, type CandidateRow } from '../updatePhase.ts';
import type { TriedStep } from './tried.ts';

/** @param problems how many of the step's */
export async function tryStep(
  run: StepContext,
  step: number,
  problems: number,
  meter: ResourceMeter,
): Promise<TriedStep> {
  const { curriculum } = run.experiment;
  // Dynamic sampling would draw until it has what it wants; how much that is follows from how often it finds it. Screening would leave
  // groups unfinished, of which less is known.
  const experiment: Experiment = {
    ...run.experiment,
    ...(curriculum?.by === 'adaptive' ? { curriculum: { ...curriculum, screen: 0 } } : {}),
    algorithm: { ...run.experiment.algorithm, dynamicSampling: false },
    training: { ...run.experiment.training, problemsPerStep: problems },
  };
  meter.lap();
  const { groups } = await rollOut({ ...run, experiment }, step, new Stopwatch());
  const sampling = meter.lap();
  const candidates = allAdvantaged(groups);
  run.emit({ event: 'phase', step, phase: 'train', done: 0, total: candidates.length });
  await updatePolicy(run.compute, experiment, candidates, NO_CHANGE);
  const updating = meter.lap();
  return {
    problems,
    sampling,
    updating,
    groups: sampledGroups(groups, experiment, step),
    longestRow: candidates.reduce(
      (longest, { scored, prompt }) => Math.max(longest, prompt.length + scored.completion.tokens.length),
      0,
    ),
  };
}

/** The learning rate: every step is of the untrained policy, while the optimiser does all that it does otherwise. */
const NO_CHANGE = 0;

/** As if every completion had an advantage: an update takes longest then. */
function allAdvantaged(groups: readonly ScoredGroup[]): CandidateRow[] {
  return groups.flatMap(({ problem, scored }) =>
    scored.map((row, index) => ({ scored: row, prompt: problem.tokens, advantage: index % 2 === 0 ? 1 : -1 })),
  );
}

function sampledGroups(groups: readonly ScoredGroup[], experiment: Experiment, step: number): SampledGroup[] {
  const { algorithm, rollout } = experiment;
  const scored = groups.flatMap((group) => group.scored);
  const advantages = scoredAdvantages(scored, rewardWeights(experiment, step), rollout.groupSize, algorithm);
  return groups.map((group, index) => {
    const task = taskNamed(experiment, group.problem.task);
    const rules = signalRules(experiment, task, step);
    const members = group.scored.map(({ completion, rewards, reward }, sample) => ({
      rewards,
      reward,
      stopReason: completion.stopReason,
      advantage: advantages[index * rollout.groupSize + sample] ?? 0,
    }));
    const verdicts = members.map(({ rewards }) => rewards);
    const values = verdicts.flatMap(({ [task.solvedBy]: result }) => rewardValue(result) ?? []);
    const texts = (): string[] => group.scored.map(({ completion }) => completion.text);
    return {
      cause: isDead(members, rules)
        ? causeOf(members, rules, () => answersFound(experiment, task.solvedBy, verdicts, texts))
        : null,
      solved: values.filter((value) => value === 1).length,
      decided: values.length,
      lengths: group.scored.map(({ completion }) => completion.tokens.length),
      truncated: members.filter(({ stopReason }) => stopReason === 'length').length,
    };
  });
}
