/** Scores of completions: those recorded when the step ran before, else what the reward functions say now. */
import type { Completion, ScoredCompletion } from '../protocol/completion.ts';
import type { CompletionRecord, ProblemRecord } from '../protocol/run.ts';
import { skippedByTask, skippedRewards } from '../protocol/tasks.ts';
import type { Problem } from '../data/problems.ts';
import type { StepContext } from './runContext.ts';
import type { ScoredGroup } from './scoredGroup.ts';

export interface SampledGroup {
  readonly problem: Problem;
  readonly completions: readonly Completion[];
}

export type ScoringContext = Pick<StepContext, 'experiment' | 'scorer' | 'failures' | 'emit'> & {
  readonly writer: StepContext['writer'] | null;
};

/**
 * Scores groups of a step, whole or in part. A step that is computed again after a crash takes the rewards it recorded then: a verdict may
 * depend on the clock (a timeout), and the run must come out the same.
 */
export function scorerOfStep(
  { writer, experiment, scorer }: ScoringContext,
  step: number,
  recordedAs: CompletionRecord['purpose'],
): (groups: readonly SampledGroup[]) => Promise<ScoredGroup[]> {
  const recorded = writer?.recordedStep(step);
  const skipped = skippedRewards(skippedByTask(experiment));
  return async (groups) => {
    const known = groups.map(({ problem, completions }) =>
      completions.map((completion) => recall(completion, recorded?.find(recordedAs, problem.split, completion.key))),
    );
    const unknown = groups.filter((_, index) => known[index]?.includes(null));
    const fresh = await scorer.score(
      unknown.map(({ problem, completions }) => ({
        row: problem.row,
        prompt: problem.prompt,
        ...skipped(problem.task),
        ...(recordedAs === 'rollout' ? { step } : {}),
        weighedAt: step,
        first: completions[0]?.key.sample ?? 0,
        completions: completions.map(({ text, tokens }) => ({ text, tokens: tokens.length })),
      })),
    );
    const verdicts = new Map(unknown.map((group, index) => [group, fresh[index] ?? []]));
    return groups.map((group, index) => {
      const scores = verdicts.get(group) ?? known[index] ?? [];
      const rows = group.completions.map((completion, sample): ScoredCompletion => {
        const score = scores[sample];
        if (!score) throw new RangeError(`completion ${sample} of problem ${group.problem.problem} was not scored`);
        return { completion, rewards: score.rewards, reward: score.reward };
      });
      return { problem: group.problem, scored: rows };
    });
  };
}

/** Says which rewards failed for the first time. @param groups all that were scored together, so that it is said of how many completions */
export function warnOfFailures({ experiment, failures, emit }: ScoringContext, groups: readonly ScoredGroup[]): void {
  const skipped = skippedRewards(skippedByTask(experiment));
  for (const message of failures.warnings(groups, skipped)) emit({ event: 'warning', message });
}

function recall(
  completion: Completion,
  record: CompletionRecord | undefined,
): Pick<ScoredCompletion, 'rewards' | 'reward'> | null {
  if (record?.tokens.length !== completion.tokens.length) return null;
  return record.tokens.every((token, index) => token === completion.tokens[index]) ? record : null;
}

/** Records of scored groups for the run folder; advantages row by row, null for what was not trained on. */
export function completionRecords(
  groups: readonly ScoredGroup[],
  purpose: CompletionRecord['purpose'],
  advantages: readonly number[] | null,
): CompletionRecord[] {
  let row = 0;
  return groups.flatMap(({ problem, scored }) =>
    scored.map(({ completion, rewards, reward }) => ({
      ...completion,
      purpose,
      split: problem.split,
      rewards,
      reward,
      advantage: advantages?.[row++] ?? null,
    })),
  );
}

export function problemRecords(groups: readonly ScoredGroup[]): ProblemRecord[] {
  return groups.map(({ problem: { problem, split, prompt, row } }) => ({ problem, split, prompt, row }));
}
