/** What changes in one group between two versions of the reward functions. */
import type { CompletionKey, RewardResult } from '../../protocol/completion.ts';
import type { StoredGroup } from '../../protocol/scoring.ts';
import type { Block, Judged } from './diffSide.ts';
import { valueAt, type Results } from './verdicts.ts';

export interface DiffCounts {
  readonly completions: number;
  /** Completions with another reward, or another verdict of a function that both versions have. */
  readonly changed: number;
  /** Completions on which a function fails now, and none did before. */
  readonly broken: number;
  /** The other way round. */
  readonly mended: number;
  /** Advantages that were positive and are negative, or the other way round. */
  readonly flipped: number;
  /** Groups whose rewards differed and are all the same now: nothing is learnt from them. */
  readonly died: number;
  /** The other way round. */
  readonly revived: number;
}

/** Counts of one problem at a step. */
export interface GroupChange extends DiffCounts {
  readonly group: StoredGroup;
  /** Means of the rewards; null where there is none. */
  readonly before: number | null;
  readonly after: number | null;
  /** Sum of the differences of the rewards, without their signs, over the completions that have one on both sides. */
  readonly moved: number;
  /** The completion that changes most. */
  readonly most: CompletionKey;
}

export interface GroupSides {
  readonly group: StoredGroup;
  /** Its completions. */
  readonly blocks: readonly Block[];
  /** Of all completions. */
  readonly keys: readonly CompletionKey[];
  readonly before: Judged;
  readonly after: Judged;
}

/** null where nothing changes. */
export function changeOf({ group, blocks, keys, before, after }: GroupSides): GroupChange | null {
  const indices = blocks.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, place) => from + place));
  const completions = indices.map((index) => ({ index, ...completionChange(before, after, index) }));
  const died = blocks.filter((block) => !before.dead.has(block) && after.dead.has(block)).length;
  const revived = blocks.filter((block) => before.dead.has(block) && !after.dead.has(block)).length;
  const [first, ...others] = completions.filter(({ changed, flipped }) => changed || flipped);
  if (first === undefined) return null;
  const most = others.reduce((best, other) => (weightOf(other) > weightOf(best) ? other : best), first);
  const key = keys[most.index];
  if (key === undefined) return null;
  const count = (holds: (change: CompletionChange) => boolean): number => completions.filter(holds).length;
  return {
    group,
    completions: completions.length,
    changed: count(({ changed }) => changed),
    broken: count(({ broken }) => broken),
    mended: count(({ mended }) => mended),
    flipped: count(({ flipped }) => flipped),
    died,
    revived,
    before: meanOf(before.side.rewards, indices),
    after: meanOf(after.side.rewards, indices),
    moved: completions.reduce((sum, { moved }) => sum + (Number.isFinite(moved) ? moved : 0), 0),
    most: key,
  };
}

/** Groups with signs that flip come first, then those that die or come alive, then by how many scores change, and by how far. */
export function byMostChanged(a: GroupChange, b: GroupChange): number {
  return (
    b.flipped - a.flipped ||
    b.died + b.revived - (a.died + a.revived) ||
    b.changed - a.changed ||
    b.moved - a.moved ||
    a.group.step - b.group.step ||
    a.group.problem - b.group.problem
  );
}

export function sumOf(changes: readonly DiffCounts[]): DiffCounts {
  const total = (name: keyof DiffCounts): number => changes.reduce((sum, change) => sum + change[name], 0);
  return {
    completions: total('completions'),
    changed: total('changed'),
    broken: total('broken'),
    mended: total('mended'),
    flipped: total('flipped'),
    died: total('died'),
    revived: total('revived'),
  };
}

interface CompletionChange {
  readonly changed: boolean;
  readonly broken: boolean;
  readonly mended: boolean;
  readonly flipped: boolean;
  /** Difference of the rewards without its sign; infinite where only one side has a reward. */
  readonly moved: number;
}

function completionChange(before: Judged, after: Judged, index: number): CompletionChange {
  const [old, now] = [before.results[index] ?? {}, after.results[index] ?? {}];
  const moved = distance(valueAt(before.side.rewards, index), valueAt(after.side.rewards, index));
  const [signBefore, signNow] = [before, after].map(({ side }) => Math.sign(side.advantages[index] ?? NaN));
  return {
    changed: moved > 0 || Object.entries(old).some(([name, was]) => isOther(was, now[name])),
    broken: !fails(old) && fails(now),
    mended: fails(old) && !fails(now),
    flipped: signBefore !== undefined && signNow !== undefined && signBefore * signNow === -1,
    moved,
  };
}

/** Whether a function that both versions have says something else. The words of an error may differ: it is the same failure. */
function isOther(was: RewardResult, is: RewardResult | undefined): boolean {
  if (is === undefined) return false;
  if ('error' in was || 'error' in is) return 'error' in was !== 'error' in is;
  return was.value !== is.value;
}

function fails(results: Results): boolean {
  return Object.values(results).some((result) => 'error' in result);
}

function distance(a: number | null, b: number | null): number {
  if (a === null || b === null) return a === b ? 0 : Infinity;
  return Math.abs(a - b);
}

/** By which of a group's completions the one is found that changes most: one whose sign flips, then the one furthest off. */
function weightOf({ flipped, moved }: CompletionChange): number {
  // Twice the largest distance of two finite rewards would be infinite: signs are told apart by a step instead.
  const size = moved === Infinity ? 1 : moved / (1 + moved);
  return (flipped ? 2 : 0) + size;
}

function meanOf(column: Float64Array, indices: readonly number[]): number | null {
  const values = indices.map((index) => valueAt(column, index)).filter((value) => value !== null);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
