/** Records of the run folder: what is written per step, and the manifest that identifies a run. */
import type { CompletionKey, RewardResult, StopReason } from './completion.ts';
import type { EvaluationSummary } from './events.ts';
import type { GrantedPermissions } from './grader.ts';
import type { Metrics } from './metrics.ts';
import type { PolicyServer } from './policyServer.ts';
import type { SweepMembership } from './sweep/membership.ts';

/** Version of the run folder's layout that a run is made in. */
export const RUN_FORMAT_VERSION = 1;
/**
 * The newest that is read: 2 is a run whose rewards were changed in the middle, 3 one with extracted answers, or measures of evaluations
 * beside the accuracy. A newer one is refused, naming who wrote it.
 */
export const NEWEST_RUN_FORMAT = 3;

/** By this a run is identified: equal manifests (clock fields apart) mean equal runs. */
export interface RunManifest {
  readonly formatVersion: number;
  readonly id: string;
  readonly name: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly engineVersion: string;
  readonly experimentPath: string;
  /** The folder that it was read from, absolute. */
  readonly modelPath: string;
  /** Of a model of the Hugging Face hub: the commit that was read, whatever branch the experiment names. */
  readonly modelRevision?: string | undefined;
  readonly modelHash: string;
  readonly datasetHash: string;
  /** What the data was read from; absent in runs from before this was kept. */
  readonly datasets?: readonly DatasetOrigin[] | undefined;
  /** The tasks, in the order of their problems' numbers; absent in a run of one dataset. `tasks.ts` tells the task of a problem by it. */
  readonly tasks?: readonly TaskPlace[] | undefined;
  /** By reward name: sha256 over the entry, every file it imports and package versions. */
  readonly rewardHashes: Readonly<Record<string, string>>;
  readonly gitCommit: string | null;
  readonly gitDirty: boolean;
  readonly seed: number;
  readonly provider: string;
  readonly threads: number;
  readonly platform: string;
  /** As `LoadReply` has it; absent where no weights are in 8 bits, and in runs from before this was kept. */
  readonly weightLevels?: number | undefined;
  /** What its reward code was allowed to do; null without rewards, absent in runs from before this was kept. */
  readonly grader?: GrantedPermissions | null | undefined;
  /** Who answered in the place of a policy: the run is an evaluation, and nothing was trained. Absent in all others. */
  readonly policyServer?: PolicyServer | undefined;
  /** The sweep that it is a run of; absent where it is one on its own. */
  readonly sweep?: SweepMembership | undefined;
}

/** One source of problems, and what it held. */
export interface DatasetOrigin {
  /** The task whose problems it holds; absent in a run of one dataset. */
  readonly task?: string | undefined;
  /** The part that it was read for. */
  readonly role: 'train' | 'validation' | 'test';
  /** As the experiment names it. */
  readonly source: string;
  /** Of a dataset of the Hugging Face hub: the commit that was read, whatever branch the experiment names. */
  readonly revision: string | null;
  readonly sha256: string;
  readonly rows: number;
}

/** Which numbers the problems of a task have: its row r is the problem `first` + r. */
export interface TaskPlace {
  readonly name: string;
  readonly first: number;
}

/** Code that took the place of a reward's in the middle of a run. */
export interface RewardVersion {
  /** The first step that it scored, with that step's evaluation. */
  readonly fromStep: number;
  /** The reward's name. */
  readonly reward: string;
  /** As those of the manifest. */
  readonly hash: string;
  /** Path under the run of its kept source, the file that has the function. */
  readonly entry: string;
}

/** A step from which on the code of some rewards was another. */
export interface CodeChange {
  readonly step: number;
  /** Their names. */
  readonly rewards: readonly string[];
  /** Whether one that says what is solved, in any task, is among them. */
  readonly solved: boolean;
}

export type RunStatus = 'running' | 'stopped' | 'finished' | 'failed';

export interface ProblemRecord {
  /** Row in the dataset file; in a run of several tasks, that and what `TaskPlace` adds. */
  readonly problem: number;
  readonly split: 'train' | 'validation' | 'test';
  readonly prompt: string;
  /** The dataset's columns. */
  readonly row: Readonly<Record<string, unknown>>;
}

export interface CompletionRecord {
  readonly key: CompletionKey;
  readonly purpose: 'rollout' | 'evaluation';
  readonly split: 'train' | 'validation' | 'test';
  readonly text: string;
  readonly tokens: Int32Array;
  readonly logprobs: Float32Array;
  readonly sampledLogprobs: Float32Array;
  readonly entropies: Float32Array;
  readonly tokenEnds: Int32Array;
  readonly stopReason: StopReason;
  readonly rewards: Readonly<Record<string, RewardResult>>;
  readonly reward: number | null;
  /** null for evaluations and for completions thrown away by dynamic sampling or put aside by screening. */
  readonly advantage: number | null;
}

/** Everything one step adds to the run, committed in one transaction. */
export interface StepRecord {
  readonly step: number;
  readonly metrics: Metrics;
  readonly problems: readonly ProblemRecord[];
  readonly completions: readonly CompletionRecord[];
  readonly evaluation: EvaluationSummary | null;
  /** Folder under the run, of the state from which the next step continues; null where none was written at this step. */
  readonly state: string | null;
}
