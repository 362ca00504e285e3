/** How the person has set the panel, kept through hiding and "Reload Window". */
import type {
  CompletionQuery,
  Heat,
  MAX_WORDS as LIMIT,
  OutputScope,
  ProblemQuery,
  RewardChange,
} from '../../engine/protocol/panels/outputsRequests.ts';
import type { StopReason } from '../../engine/protocol/completion.ts';
import { parseAmong, type Among } from './amongState.ts';

/** UTF-16 units that can be searched for. */
export const MAX_WORDS: typeof LIMIT = 1000;

/** Of a name of a task, as the host takes it. */
const MAX_TASK = 64;

export type ListKind = 'problems' | 'completions';

/** What is read. */
export interface Selected {
  /** Whether the person chose it; what was shown for want of a choice makes room for what is newer. */
  readonly chosen: boolean;
  readonly problem: number;
  /** The step that was chosen with it; null follows the slider. */
  readonly step: number | null;
  /** Index in the group, of a completion that was chosen in a list of them. */
  readonly sample: SampleName | null;
}

export interface SampleName {
  readonly occurrence: number;
  readonly round: number;
  readonly sample: number;
}

export interface OutputsState {
  readonly version: 1;
  /** The run's id; another run begins anew where that would mean something else. */
  readonly run: string | null;
  readonly scope: OutputScope | null;
  /** null follows the newest. */
  readonly step: number | null;
  readonly list: ListKind;
  /** Whether the list goes over all steps up to the slider's, for each kind of list. */
  readonly upTo: Readonly<Record<ListKind, boolean>>;
  /** Groups that are listed in place of all problems; null for none. */
  readonly among: Among | null;
  /** Groups that another version of the reward changes so, in place of all problems; null for none. */
  readonly change: RewardChange | null;
  /** The one of several tasks that is listed; null for all. */
  readonly task: string | null;
  readonly problemState: ProblemQuery['state'];
  readonly problemOrder: ProblemQuery['order'];
  readonly words: string;
  readonly filtersShown: boolean;
  readonly reward: CompletionQuery['reward'];
  readonly stopReason: StopReason | null;
  readonly failed: boolean;
  readonly completionOrder: CompletionQuery['order'];
  readonly heat: Heat;
  readonly selected: Selected | null;
  /** In a narrow panel: what is read is shown in place of the list. */
  readonly reading: boolean;
}

export const PROBLEM_STATES = ['all', 'unsolved', 'mixed', 'solved', 'errors', 'truncated'] as const;
export const PROBLEM_ORDERS = ['dataset', 'leastSolved', 'lowestReward', 'highestReward', 'newlySolved'] as const;
export const REWARD_CHANGES = ['changed', 'flipped', 'died', 'revived', 'broken'] as const;
export const COMPLETION_ORDERS = ['newest', 'oldest', 'lowestReward', 'highestReward'] as const;
/** What the run has of each token, and beside it what a replayed step says. */
export const HEATS = ['none', 'logprob', 'entropy', 'ratio'] as const;
export const REPLAY_HEATS = ['old', 'after', 'updateRatio', 'clipped', 'kl', 'lossShare'] as const;
export const STOPS = ['eos', 'stop', 'length'] as const;
const PURPOSES = ['rollout', 'evaluation'] as const;
const SPLITS = ['train', 'validation', 'test'] as const;

export const INITIAL_STATE: OutputsState = {
  version: 1,
  run: null,
  scope: null,
  step: null,
  list: 'problems',
  // Who looks at problems looks at a step; who searches, everywhere.
  upTo: { problems: false, completions: true },
  among: null,
  change: null,
  task: null,
  problemState: 'all',
  problemOrder: 'dataset',
  words: '',
  filtersShown: false,
  reward: { from: null, to: null },
  stopReason: null,
  failed: false,
  completionOrder: 'newest',
  heat: 'none',
  selected: null,
  reading: false,
};

/** The state for another run: the same view, at its newest step. */
export function forRun(state: OutputsState, run: string | null): OutputsState {
  return { ...state, run, step: null, among: null, change: null, task: null, selected: null, reading: false };
}

/** null for what is no state of this version. */
export function parseState(kept: unknown): OutputsState | null {
  if (!isRecord(kept) || kept['version'] !== 1) return null;
  const { upTo, reward, scope } = kept;
  return {
    version: 1,
    run: typeof kept['run'] === 'string' ? kept['run'] : null,
    scope: isRecord(scope) ? parseScope(scope) : null,
    step: countOrNull(kept['step']),
    list: kept['list'] === 'completions' ? 'completions' : 'problems',
    upTo: isRecord(upTo)
      ? { problems: upTo['problems'] === true, completions: upTo['completions'] === true }
      : INITIAL_STATE.upTo,
    among: parseAmong(kept['among']),
    change: oneOf(REWARD_CHANGES, kept['change']) ?? null,
    task: typeof kept['task'] === 'string' ? kept['task'].slice(0, MAX_TASK) : null,
    problemState: oneOf(PROBLEM_STATES, kept['problemState']) ?? 'all',
    problemOrder: oneOf(PROBLEM_ORDERS, kept['problemOrder']) ?? 'dataset',
    words: typeof kept['words'] === 'string' ? kept['words'].slice(0, MAX_WORDS) : '',
    filtersShown: kept['filtersShown'] === true,
    reward: isRecord(reward)
      ? { from: numberOrNull(reward['from']), to: numberOrNull(reward['to']) }
      : INITIAL_STATE.reward,
    stopReason: oneOf(STOPS, kept['stopReason']) ?? null,
    failed: kept['failed'] === true,
    completionOrder: oneOf(COMPLETION_ORDERS, kept['completionOrder']) ?? 'newest',
    heat: oneOf([...HEATS, ...REPLAY_HEATS], kept['heat']) ?? 'none',
    selected: parseSelected(kept['selected']),
    reading: kept['reading'] === true,
  };
}

function parseScope({ purpose, split }: Readonly<Record<string, unknown>>): OutputScope | null {
  const [knownPurpose, knownSplit] = [oneOf(PURPOSES, purpose), oneOf(SPLITS, split)];
  return knownPurpose === undefined || knownSplit === undefined ? null : { purpose: knownPurpose, split: knownSplit };
}

function parseSelected(value: unknown): Selected | null {
  if (!isRecord(value)) return null;
  const problem = countOrNull(value['problem']);
  return problem === null
    ? null
    : { chosen: value['chosen'] === true, problem, step: countOrNull(value['step']), sample: null };
}

function oneOf<const Word extends string>(words: readonly Word[], value: unknown): Word | undefined {
  return words.find((word) => word === value);
}

function countOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
