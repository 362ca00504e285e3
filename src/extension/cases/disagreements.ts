/** Completions on which two judges of one reward disagree, for some of them to be pinned as cases. */
import { changesOfFunction, type Verdict } from '../../engine/analysis/rewards/functionChange.ts';
import type { RewardDiff } from '../../engine/analysis/rewards/rewardDiff.ts';
import type { StoredGroup } from '../../engine/protocol/scoring.ts';
import type { LiveResult } from '../live/liveResult.ts';

export interface Disagreement {
  readonly group: StoredGroup;
  /** Which of the group's completions, in the order of their keys. */
  readonly place: number;
  readonly before: Verdict;
  readonly after: Verdict;
}

/** What the judges are called is for whoever chooses between them. */
export interface Disagreements {
  /** The reward by its name in the run. */
  readonly function: string;
  readonly beforeName: string;
  readonly afterName: string;
  /** What differs most first. */
  readonly items: readonly Disagreement[];
}

type Judges = Pick<Disagreements, 'beforeName' | 'afterName'>;

/** Of two versions of the reward; none where they agree, or one of them has no such function. */
export function versionDisagreements(diff: RewardDiff, name: string, judges: Judges): Disagreements {
  const changes = changesOfFunction(diff.before, diff.after, name) ?? [];
  const items = changes.flatMap(({ completion, ...verdicts }): Disagreement[] => {
    const index = diff.starts.findLastIndex((start) => start <= completion);
    const [group, start] = [diff.groups[index], diff.starts[index]];
    return group === undefined || start === undefined ? [] : [{ group, place: completion - start, ...verdicts }];
  });
  return { function: name, ...judges, items: items.sort(byDistance) };
}

/** Of a published rule and a function that is scored as it is typed; none where there is no such function, or no such rule. */
export function ruleDisagreements(
  { sample, functions }: LiveResult,
  name: string,
  rule: string,
  judges: Judges,
): Disagreements {
  const scored = functions.find((candidate) => candidate.name === name);
  const verdicts = [...(sample.rules ?? [])].find(([candidate]) => candidate === rule)?.[1];
  const items = sample.completions.flatMap(({ group: at }, completion): Disagreement[] => {
    const [group, value, verdict] = [sample.groups[at], scored?.values[completion], verdicts?.[completion]];
    if (group === undefined || value === undefined || verdict === undefined) return [];
    // Without a score there is nothing to disagree with.
    if (Number.isNaN(value) || value === verdict) return [];
    const place = completion - sample.completions.findIndex((other) => other.group === at);
    return [{ group, place, before: verdict, after: value }];
  });
  return { function: name, ...judges, items: items.sort(byDistance) };
}

/** A completion that only one side has a number for comes first. */
function byDistance(a: Disagreement, b: Disagreement): number {
  return distance(b) - distance(a);
}

function distance({ before, after }: Disagreement): number {
  // Finite, so that two of them are as far from each other as they are: equally.
  return typeof before === 'number' && typeof after === 'number' ? Math.abs(before - after) : Number.MAX_VALUE;
}
