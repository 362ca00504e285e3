/**
 * Two versions of the reward functions on the same completions: which scores change, which advantages change their sign, and which groups
 * die or come alive. Rewards are combined and turned into advantages by what trains, so this is what a run would have learnt from.
 */
import type { CompletionKey } from '../../protocol/completion.ts';
import type { AlgorithmConfig } from '../../protocol/experiment.ts';
import type { StoredGroup } from '../../protocol/scoring.ts';
import { byMostChanged, changeOf, sumOf, type DiffCounts, type GroupChange } from './groupChange.ts';
import { judge, type Block, type DiffSide } from './diffSide.ts';
import type { Verdicts } from './verdicts.ts';

/** Completions that were drawn together for one prompt, in the order of their keys. */
export interface ComparedGroup {
  /** Index in `groups`: a problem may have been drawn more than once in a step. */
  readonly asked: number;
  readonly keys: readonly CompletionKey[];
}

export interface DiffInput {
  /** A problem at a step, each. */
  readonly groups: readonly StoredGroup[];
  /** In the order of `groups`, and of the verdicts' columns. */
  readonly compared: readonly ComparedGroup[];
  readonly before: Verdicts;
  readonly after: Verdicts;
  /** Completions that the run has of this kind, of which these are all or a sample. */
  readonly stored: number;
  /** Of the run. An estimator that looks at a whole batch sees, of each step, the groups that are compared. */
  readonly algorithm: Pick<AlgorithmConfig, 'advantage' | 'rewardNormalization'>;
}

export interface RewardDiff {
  readonly counts: DiffCounts;
  /** Groups in which something changes, what changes most first. */
  readonly changes: readonly GroupChange[];
  /** Completions that the run has of this kind; more than were compared where that was a sample. */
  readonly stored: number;
  /** All that were compared. */
  readonly groups: readonly StoredGroup[];
  /** For each of `groups`, the index of its first completion; and the number of completions at the end. */
  readonly starts: readonly number[];
  readonly before: DiffSide;
  readonly after: DiffSide;
}

export function rewardDiff({ groups, compared, before, after, stored, algorithm }: DiffInput): RewardDiff {
  const blocks = blocksOf(groups, compared);
  const keys = compared.flatMap((group) => group.keys);
  const old = judge(before, blocks, algorithm);
  const now = judge(after, blocks, algorithm);
  const changes = groups.flatMap((group, index): GroupChange[] => {
    const own = blocks.filter(({ asked }) => asked === index);
    const change = changeOf({ group, blocks: own, keys, before: old, after: now });
    return change === null ? [] : [change];
  });
  return {
    counts: { ...sumOf(changes), completions: keys.length },
    changes: changes.sort(byMostChanged),
    stored,
    groups,
    starts: startsOf(groups.length, compared),
    before: old.side,
    after: now.side,
  };
}

/** The completions of one of the compared groups as a range of the columns; null for a group that was not compared. */
export function rangeOf(
  { groups, starts }: Pick<RewardDiff, 'groups' | 'starts'>,
  { step, purpose, split, problem }: StoredGroup,
): { readonly from: number; readonly to: number } | null {
  const index = groups.findIndex(
    (group) => group.problem === problem && group.step === step && group.split === split && group.purpose === purpose,
  );
  const [from, to] = [starts[index], starts[index + 1]];
  return from === undefined || to === undefined ? null : { from, to };
}

function blocksOf(groups: readonly StoredGroup[], compared: readonly ComparedGroup[]): Block[] {
  let from = 0;
  return compared.map(({ asked, keys }) => {
    const group = groups[asked];
    const block = { asked, from, to: (from += keys.length) };
    return { ...block, step: group?.step ?? 0, trained: group?.purpose === 'rollout' };
  });
}

function startsOf(groups: number, compared: readonly ComparedGroup[]): number[] {
  const sizes = Array.from({ length: groups }, () => 0);
  for (const { asked, keys } of compared) sizes[asked] = (sizes[asked] ?? 0) + keys.length;
  let start = 0;
  return [0, ...sizes.map((size) => (start += size))];
}
