/** The problems that a run solves least. */
import type { CompletionRecord, ProblemRecord } from '../protocol/run.ts';
import { rowOfProblem, solvedByTask, taskOfProblem } from '../protocol/tasks.ts';
import type { RunReader } from '../run/reader.ts';
import { solvedByWords } from './solvedByWords.ts';

export type Split = ProblemRecord['split'];

/** Training draws a problem every few steps, and the policy moves on: the newest steps with completions are what it does now. */
const TRAINING_STEPS = 10;

export interface ProblemResult {
  /** As the run numbers it. */
  readonly problem: number;
  /** null in a run of one dataset. */
  readonly task: string | null;
  /** In the dataset file of its task. */
  readonly row: number;
  /** Completions that are solved: the reward that decides is exactly 1. */
  readonly solved: number;
  /** Mean of the combined reward where there is one; null without any. */
  readonly meanReward: number | null;
  /** Newest first. */
  readonly completions: readonly CompletionRecord[];
}

export interface ProblemResults {
  readonly split: Split;
  /** The steps that were looked at: first and last; null where there is nothing to look at. */
  readonly steps: readonly [number, number] | null;
  /** The reward that says "solved", as `solvedByWords` has it; null where nothing is rewarded. */
  readonly solvedBy: string | null;
  /** Worst first: by share solved, by mean reward, by row. */
  readonly problems: readonly ProblemResult[];
}

/** @param split by default `validation` where it was evaluated, `train` otherwise */
export function worstProblems(reader: RunReader, split: Split = defaultSplit(reader)): ProblemResults {
  const steps = stepsToLookAt(reader, split);
  const purpose = split === 'train' ? 'rollout' : 'evaluation';
  const experiment = reader.experiment();
  const deciding = solvedByTask(experiment);
  const byProblem = new Map<number, CompletionRecord[]>();
  for (const step of steps.toReversed()) {
    for (const completion of reader.completionsOfStep(step)) {
      if (completion.purpose !== purpose || completion.split !== split) continue;
      const { problem } = completion.key;
      byProblem.set(problem, [...(byProblem.get(problem) ?? []), completion]);
    }
  }
  const problems = Array.from(byProblem, ([problem, completions]) => {
    const task = taskOfProblem(reader.manifest, problem);
    const row = rowOfProblem(reader.manifest, problem);
    return { problem, task, row, ...result(completions, deciding(task)) };
  });
  const [first, last] = [steps[0], steps.at(-1)];
  return {
    split,
    steps: first === undefined || last === undefined ? null : [first, last],
    solvedBy: solvedByWords(experiment),
    problems: problems.sort(
      (a, b) =>
        a.solved / a.completions.length - b.solved / b.completions.length ||
        (a.meanReward ?? 0) - (b.meanReward ?? 0) ||
        a.problem - b.problem,
    ),
  };
}

function defaultSplit(reader: RunReader): Split {
  return reader.evaluations().some(({ split }) => split === 'validation') ? 'validation' : 'train';
}

/** Ascending. */
function stepsToLookAt(reader: RunReader, split: Split): number[] {
  if (split === 'train') return reader.stepsWithCompletions().slice(-TRAINING_STEPS);
  return reader
    .evaluations()
    .filter((evaluation) => evaluation.split === split)
    .slice(-1)
    .map(({ step }) => step);
}

function result(
  completions: readonly CompletionRecord[],
  reward: string,
): Pick<ProblemResult, 'solved' | 'meanReward' | 'completions'> {
  const rewards = completions.flatMap((completion) => completion.reward ?? []);
  return {
    solved: completions.filter((completion) => isSolved(completion, reward)).length,
    meanReward: rewards.length === 0 ? null : rewards.reduce((sum, value) => sum + value, 0) / rewards.length,
    completions,
  };
}

function isSolved({ rewards }: CompletionRecord, reward: string): boolean {
  const verdict = rewards[reward];
  return verdict !== undefined && 'value' in verdict && verdict.value === 1;
}
