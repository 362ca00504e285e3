/**
 * What the host tells the outputs panel: pages that were asked for (`outputsRequests.ts`), and by itself only where the run stands, new
 * scores, and where to go.
 */
import type { CompletionKey, RewardResult, StopReason } from '../completion.ts';
import type { GroupName, GroupSelection, OutputScope, ReplayHeat, RewardChange } from './outputsRequests.ts';

/** Rows of a page: of a list, and of a group. */
export const PAGE_SIZE = 50;
/** UTF-16 units of a completion that are shown before "show all". */
export const SHOWN_LENGTH = 4000;

/** What is known of a run before anything of it is read. */
export interface OutputsRun {
  /** The run's folder: tells runs apart. */
  readonly id: string;
  readonly name: string;
  readonly experiment: string;
  readonly status: 'running' | 'stopped' | 'finished' | 'failed';
  /** null before the first step. */
  readonly lastStep: number | null;
  /** Those that have completions. */
  readonly scopes: readonly OutputScope[];
  /** In the experiment's order. */
  readonly rewards: readonly { readonly name: string; readonly hasFile: boolean }[];
  /** Names of the tasks; empty in a run of one dataset. */
  readonly tasks: readonly string[];
  /** Whether new scores can be asked for: not in a workspace that is not trusted. */
  readonly canRescore: boolean;
}

/** Where a problem is from. */
export interface ProblemPlace {
  /** null in a run of one dataset. */
  readonly task: string | null;
  /** In the dataset file. */
  readonly row: number;
}

/** A problem with one of its groups: all its completions of a step. */
export interface ProblemRow {
  readonly problem: number;
  readonly place: ProblemPlace;
  /** What tells the problem from others: one line of its prompt. */
  readonly title: string;
  readonly step: number;
  readonly samples: number;
  /** Completions with a reward. */
  readonly scored: number;
  readonly solved: number;
  /** As that of a `GroupPage`. */
  readonly putAside: boolean;
  /** Mean of the rewards; null where there is none. */
  readonly reward: number | null;
  /** Completions where a reward function failed. */
  readonly errors: number;
  readonly truncated: number;
  /** null where it never was, up to the newest step. */
  readonly firstSolved: number | null;
  /** Over the whole run; where it has many points, neighbours are taken together. */
  readonly history: readonly HistoryPoint[];
}

export interface HistoryPoint {
  /** The first and the last step it covers. */
  readonly from: number;
  readonly to: number;
  readonly solved: number;
  readonly samples: number;
}

/** A part of a snippet, and whether it is what was searched for. */
export interface SnippetPart {
  readonly text: string;
  readonly match: boolean;
}

export interface CompletionRow {
  readonly key: CompletionKey;
  readonly place: ProblemPlace;
  readonly snippet: readonly SnippetPart[];
  readonly reward: number | null;
  readonly stopReason: StopReason;
  /** Reward functions that failed. */
  readonly errors: number;
  /** Tokens. */
  readonly length: number;
}

export interface ProblemPage {
  readonly rows: readonly ProblemRow[];
  readonly total: number;
}

export interface CompletionPage {
  readonly rows: readonly CompletionRow[];
  /** Counted up to `MAX_COUNTED`. */
  readonly total: number;
}

/** A count beyond this is not told: counting all would take longer than finding the page. */
export const MAX_COUNTED = 1000;

/** Where tokens end in the text, and their value; a token without a finite value has none. */
export interface TokenHeat {
  readonly ends: Int32Array;
  readonly values: Float32Array;
}

/** What a replayed step says of the tokens, NaN where it says nothing; `clipped` is a value of `CLIPS` of replay.ts. */
export type TokenReplay = Readonly<Record<ReplayHeat, Float32Array>>;

/** A step that was computed again. */
export interface ShownReplay {
  readonly step: number;
  /** Whether all of it came out as recorded, to the last bit. */
  readonly equal: boolean;
  /** What came out, in words. */
  readonly sentence: string;
  /** Over its completions; the values of tokens are of the last. */
  readonly passes: number;
}

export interface GroupCompletion {
  readonly key: CompletionKey;
  /** The first `SHOWN_LENGTH` of it, or all. */
  readonly text: string;
  /** UTF-16 units of the whole text. */
  readonly textLength: number;
  /** Tokens of the whole completion. */
  readonly length: number;
  readonly stopReason: StopReason;
  readonly rewards: Readonly<Record<string, RewardResult>>;
  readonly reward: number | null;
  readonly advantage: number | null;
  /** Of the text shown; null where none was asked for. */
  readonly heat: TokenHeat | null;
  /** Of the same tokens; left out where their step was not replayed. */
  readonly replay?: TokenReplay;
}

export interface GroupPage {
  /** Of the group that was found. */
  readonly step: number;
  readonly place: ProblemPlace;
  readonly prompt: string;
  readonly completions: readonly GroupCompletion[];
  /** Completions of the group. */
  readonly total: number;
  /** Whether screening put it aside: they were all solved, and no more were sampled. */
  readonly putAside: boolean;
  /** Whether there is a ratio other than 1: without truncation and penalty there is none. */
  readonly ratioDiffers: boolean;
  /** Steps at which the problem has groups, before and after this one; null at the ends. */
  readonly previousStep: number | null;
  readonly nextStep: number | null;
  readonly firstSolved: number | null;
}

/** What another version of the reward does to a problem at a step. */
export interface ChangeRow {
  readonly problem: number;
  readonly place: ProblemPlace;
  /** As that of a `ProblemRow`. */
  readonly title: string;
  readonly step: number;
  readonly samples: number;
  /** Completions with another score, with a failure that is new, and with an advantage of the opposite sign. */
  readonly changed: number;
  readonly broken: number;
  readonly flipped: number;
  /** How many of its groups (it may have been drawn more than once) no longer teach anything, and how many now do. */
  readonly died: number;
  readonly revived: number;
  /** Means of the rewards; null where there is none. */
  readonly before: number | null;
  readonly after: number | null;
  /** The completion that changes most. */
  readonly most: CompletionKey;
}

export interface ChangePage {
  readonly rows: readonly ChangeRow[];
  readonly total: number;
}

export type OutputsReply =
  | { readonly kind: 'steps'; readonly steps: Float64Array }
  | ({ readonly kind: 'problems' } & ProblemPage)
  | ({ readonly kind: 'completions' } & CompletionPage)
  /** null where the problem was not tried up to the step. */
  | { readonly kind: 'group'; readonly group: GroupPage | null }
  | { readonly kind: 'content'; readonly completion: GroupCompletion | null }
  | ({ readonly kind: 'changes' } & ChangePage);

/** What one reward function says now of a completion; an error is its message. */
export type NewVerdict = { readonly value: number | null } | { readonly error: string };

/** What the reward files say now of a completion. */
export interface NewScore {
  readonly reward: number | null;
  readonly verdicts: Readonly<Record<string, NewVerdict>>;
  /** What would be trained on; left out where that is not known. */
  readonly advantage?: number | null;
}

/** Scores of the reward files as they are now, beside the recorded ones. */
export type Rescoring =
  | { readonly state: 'off' }
  | { readonly state: 'scoring' }
  /** `scores` are in the order of the group's completions, and so is `before`: of a difference, what takes the place of the record. */
  | {
      readonly state: 'done';
      readonly group: GroupName;
      readonly scores: readonly NewScore[];
      readonly before?: readonly NewScore[];
    }
  | { readonly state: 'failed'; readonly message: string };

/** Two versions of the reward on the same completions of the run. */
export type ShownRewardDiff =
  | { readonly state: 'comparing'; readonly title: string }
  /** It was made before the window was reloaded, and can be made again. */
  | { readonly state: 'kept'; readonly title: string }
  | { readonly state: 'failed'; readonly title: string; readonly message: string }
  | {
      readonly state: 'done';
      readonly title: string;
      /** Where it is of a sample of the run's completions: of how many; null where it is of all. */
      readonly sample: string | null;
      readonly scope: OutputScope;
      /** In words; those about groups can be listed. */
      readonly parts: readonly { readonly change: RewardChange | null; readonly text: string }[];
    };

export type ToOutputs =
  | { readonly type: 'run'; readonly run: OutputsRun | null }
  | { readonly type: 'reply'; readonly id: number; readonly reply: OutputsReply }
  /** `id` is the request's; null where the run itself cannot be read. */
  | { readonly type: 'failure'; readonly id: number | null; readonly message: string }
  | { readonly type: 'rescoring'; readonly rescoring: Rescoring }
  /** `list`: somebody asked for it, so what changes is listed at once. */
  | { readonly type: 'rewardDiff'; readonly diff: ShownRewardDiff | null; readonly list: boolean }
  /** `isNew`: it was asked for just now. */
  | { readonly type: 'replay'; readonly replay: ShownReplay | null; readonly isNew: boolean }
  /** Go there: asked for from outside the panel. */
  | { readonly type: 'reveal'; readonly group: GroupName }
  /** List these groups alone, and show the first. */
  | { readonly type: 'select'; readonly selection: GroupSelection };
