/** What two versions of the rewards say of the same completions: for each run the newest comparison, for Outputs to show. */
import type { RewardDiff } from '../../engine/analysis/rewards/rewardDiff.ts';
import { sampleText, summaryParts } from '../../engine/analysis/rewards/rewardDiffWords.ts';
import type { GroupChange } from '../../engine/analysis/rewards/groupChange.ts';
import type { Verdicts } from '../../engine/analysis/rewards/verdicts.ts';
import type { RewardConfig } from '../../engine/protocol/experiment.ts';
import { weightsOf } from '../../engine/protocol/rewardWeights.ts';
import { PAGE_SIZE, type ChangePage, type ShownRewardDiff } from '../../engine/protocol/panels/outputs.ts';
import type { ChangeQuery, RewardChange } from '../../engine/protocol/panels/outputsRequests.ts';
import type { RewardVersion, StoredGroup } from '../../engine/protocol/scoring.ts';
import type { Disposable } from '../common/disposable.ts';
import { Emitter } from '../common/event.ts';
import type { RunData } from '../data/runData.ts';
import type { Scores } from '../engine/engineQuestions.ts';
import type { ComparisonOrigin, KeptComparisons } from './keptComparisons.ts';

/** Reward functions with what an engine has answered of them. */
export interface ScoredVersion {
  readonly rewards: readonly RewardConfig[];
  readonly scores: Scores;
}

export interface Comparison {
  /** Where it came to something else than was planned: what it is called. */
  readonly title?: string;
  /** What the engine was asked about. */
  readonly groups: readonly StoredGroup[];
  /** null for what the run has recorded. */
  readonly before: ScoredVersion | null;
  readonly after: ScoredVersion;
}

/** What is known of a comparison before it is made. */
export interface ComparisonPlan {
  readonly runDir: string;
  /** Whose scores, in a few words: `reward.ts, before and after it was saved`. */
  readonly title: string;
  /** Which two versions: enough to compare them again. */
  readonly origin: ComparisonOrigin;
  /** Opens both texts in the editor's own comparison. */
  readonly showSource: () => Promise<void>;
  /** Where the new version is not the run's own reward files as they are now: what else is to be scored with. */
  readonly version: RewardVersion | null;
  /** Somebody asked for it: Outputs lists what changes at once. */
  readonly list: boolean;
}

/** A comparison under way. What it comes to is dropped where a newer one of the run has begun, or it was cleared. */
export interface ComparisonRound {
  readonly isCurrent: boolean;
  done(comparison: Comparison): Promise<RewardDiff | null>;
  /** @param message what is wrong, to be shown */
  fail(message: string): void;
}

interface Held {
  readonly plan: ComparisonPlan;
  title: string;
  /** Whether it is still to be listed. */
  list: boolean;
  result: RewardDiff | { readonly failure: string } | null;
}

export class RewardDiffs implements Disposable {
  readonly #data: Pick<RunData, 'call'>;
  readonly #kept: KeptComparisons;
  readonly #held = new Map<string, Held>();
  readonly #changed = new Emitter<string>();

  /** The folder of a run with another comparison, or none any more. */
  readonly onDidChange = this.#changed.event;

  /** @param kept those of before the window was reloaded */
  constructor(data: Pick<RunData, 'call'>, kept: KeptComparisons) {
    this.#data = data;
    this.#kept = kept;
  }

  /** The run's comparison; null where there is none, or none yet. */
  get(runDir: string): RewardDiff | null {
    const result = this.#held.get(runDir)?.result ?? null;
    return result === null || 'failure' in result ? null : result;
  }

  /** What the newest save of reward code did to the run's scores; null where something else was compared last, or nothing. */
  saved(runDir: string): RewardDiff | null {
    return this.#held.get(runDir)?.plan.origin.kind === 'save' ? this.get(runDir) : null;
  }

  /** Which versions the run's comparison is of, one of before the window was reloaded too; null where there is none. */
  origin(runDir: string): ComparisonOrigin | null {
    return this.#held.get(runDir)?.plan.origin ?? this.#kept.get(runDir)?.origin ?? null;
  }

  /** What else of the run is to be scored with while its comparison is shown; null for its own reward files. */
  versionOf(runDir: string): ComparisonPlan['version'] {
    return this.#held.get(runDir)?.plan.version ?? null;
  }

  /** As Outputs shows it; null where there is nothing to show. */
  shown(runDir: string): ShownRewardDiff | null {
    const held = this.#held.get(runDir);
    if (held !== undefined) return shownDiff(held.title, held.result);
    const kept = this.#kept.get(runDir);
    return kept && { state: 'kept', title: kept.title };
  }

  /** Whether what changes is to be listed; once for each comparison that somebody asked for. */
  takeListing(runDir: string): boolean {
    const held = this.#held.get(runDir);
    if (held === undefined || this.get(runDir) === null) return false;
    const { list } = held;
    held.list = false;
    return list;
  }

  /** Somebody wants to see what changes: Outputs lists it, as soon as it shows the run. */
  list(runDir: string): void {
    const held = this.#held.get(runDir);
    if (held === undefined) return;
    held.list = true;
    this.#changed.fire(runDir);
  }

  /** Takes the place of the run's older comparison at once. */
  begin(plan: ComparisonPlan): ComparisonRound {
    const { runDir } = plan;
    const held: Held = { plan, title: plan.title, list: plan.list, result: null };
    this.#held.set(runDir, held);
    this.#kept.keep({ runDir, title: plan.title, origin: plan.origin });
    this.#changed.fire(runDir);
    const isCurrent = (): boolean => this.#held.get(runDir) === held;
    const settle = (result: NonNullable<Held['result']>): void => {
      if (!isCurrent()) return;
      held.result = result;
      this.#changed.fire(runDir);
    };
    return {
      get isCurrent() {
        return isCurrent();
      },
      done: async ({ title, groups, before, after }) => {
        const [old, now] = [before && verdictsOf(before), verdictsOf(after)];
        const diff = await this.#data.call('rewardDiff', { dir: runDir, groups, before: old, after: now });
        if (!isCurrent()) return null;
        held.title = title ?? held.title;
        settle(diff);
        return diff;
      },
      fail: (failure) => settle({ failure }),
    };
  }

  clear(runDir: string): void {
    const wasKept = this.#kept.forget(runDir);
    if (this.#held.delete(runDir) || wasKept) this.#changed.fire(runDir);
  }

  /** Rejects with UserError where there is nothing to open. */
  async showSource(runDir: string): Promise<void> {
    await this.#held.get(runDir)?.plan.showSource();
  }

  /** Groups that change so; none where the comparison is gone. */
  async page(runDir: string, { change, page }: ChangeQuery): Promise<ChangePage> {
    const changes = this.get(runDir)?.changes.filter((group) => group[change] > 0) ?? [];
    const shown = changes.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
    const [first] = shown;
    if (first === undefined) return { rows: [], total: changes.length };
    const problems = [...new Set(shown.map(({ group }) => group.problem))];
    const texts = await this.#data.call('problemTexts', { dir: runDir, split: first.group.split, problems });
    const known = new Map(texts.map((text) => [text.problem, text]));
    const rows = shown.map(({ group: { problem, step }, completions, ...counts }) => ({
      problem,
      step,
      place: known.get(problem)?.place ?? { task: null, row: problem },
      title: known.get(problem)?.text ?? '',
      samples: completions,
      ...rowCounts(counts),
    }));
    return { rows, total: changes.length };
  }

  dispose(): void {
    this.#held.clear();
    this.#changed.dispose();
  }
}

function shownDiff(title: string, result: Held['result']): ShownRewardDiff {
  if (result === null) return { state: 'comparing', title };
  if ('failure' in result) return { state: 'failed', title, message: result.failure };
  const [group] = result.groups;
  const scope = { purpose: group?.purpose ?? 'rollout', split: group?.split ?? 'train' } as const;
  return { state: 'done', title, sample: sampleText(result), scope, parts: summaryParts(result.counts) };
}

type RowCounts = Pick<GroupChange, RewardChange | 'before' | 'after' | 'most'>;

function rowCounts({ changed, flipped, died, revived, broken, before, after, most }: RowCounts): RowCounts {
  return { changed, flipped, died, revived, broken, before, after, most };
}

function verdictsOf({ rewards, scores }: ScoredVersion): Verdicts {
  const values = scores.rewards.map((name, index) => [name, scores.byReward[index] ?? new Float64Array()] as const);
  return { weights: weightsOf(rewards), values: Object.fromEntries(values), errors: scores.errors };
}
