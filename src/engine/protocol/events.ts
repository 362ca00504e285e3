/** What an engine says while it works: one JSON object per line with `--json`, and the progress display otherwise. */
import type { Estimate, Metrics } from './metrics.ts';

/**
 * By name, what else the same completions show, each a mean over problems with its 95 % interval: `lenient` (see `analysis/lenient/`), `pass@k`
 * and `maj@k`.
 */
export type EvaluationMeasures = Readonly<Record<string, Estimate>>;

/** An evaluation of a policy on problems of a part. */
export interface MeasuredSummary {
  readonly step: number;
  readonly split: 'train' | 'validation' | 'test';
  readonly problems: number;
  /** Completions of each problem. */
  readonly samples: number;
  /** Solved completions, of `problems` times `samples`. */
  readonly correct: number;
  /**
   * The share of them with its 95 % interval: Wilson's for one sample each, else a bootstrap over problems, whose samples are not
   * independent.
   */
  readonly accuracy: Estimate;
  /** Absent where there are none, as in runs from before they were kept. */
  readonly measures?: EvaluationMeasures;
  /** The same of each of several tasks that has problems in the part, by name; absent where the experiment has one dataset. */
  readonly tasks?: Readonly<Record<string, TaskEvaluation>>;
}

/** One that a run keeps: of problems that were held out. */
export interface EvaluationSummary extends MeasuredSummary {
  readonly split: 'validation' | 'test';
}

/** What an evaluation came to in one of several tasks. */
export type TaskEvaluation = Pick<EvaluationSummary, 'problems' | 'correct' | 'accuracy' | 'measures'>;

/** What became of one of several tasks. */
export interface TaskChange {
  readonly task: string;
  /** Those of both evaluations. */
  readonly problems: number;
  /** Of the accuracy, with its paired 95 % interval. */
  readonly change: Estimate;
  /** Two-sided, of this change alone. */
  readonly pValue: number;
}

/** What a change of the held-out accuracy is made of: being right more often, or giving answers where they are looked for. */
export interface FormChange {
  /** after - before by lenient matching, on the same problems. */
  readonly lenient: Estimate;
  /** How much more the accuracy itself changed than that. */
  readonly gap: Estimate;
}

/** The policy that did best on the validation part; it was chosen by that number, which is therefore optimistic. */
export interface BestPolicy {
  readonly evaluation: EvaluationSummary;
  /** How many evaluations it was chosen from. */
  readonly chosenFrom: number;
  /** Whether the run has it as a checkpoint. */
  readonly kept: boolean;
  /** Whether the experiment has a test part, which says what it is worth; absent in what older engines say. */
  readonly testable?: boolean;
}

/** Why a run was over before its last step. */
export interface EarlyEnd {
  readonly step: number;
  /** How many it was asked for. */
  readonly steps: number;
  /** The step whose policy was not beaten any more. */
  readonly best: number;
  /** How many evaluations in a row did not beat it. */
  readonly evaluations: number;
}

export type EngineEvent =
  | {
      readonly event: 'started';
      readonly runDir: string;
      readonly id: string;
      readonly steps: number;
      readonly resumedFrom?: number;
      /** It was finished before: nothing is done. */
      readonly finished?: true;
    }
  | {
      readonly event: 'phase';
      readonly step: number;
      readonly phase: 'load' | 'profile' | 'rollout' | 'reward' | 'train' | 'eval';
      readonly done: number;
      readonly total: number;
    }
  | { readonly event: 'step'; readonly step: number; readonly metrics: Metrics }
  | ({ readonly event: 'eval' } & MeasuredSummary)
  | { readonly event: 'warning'; readonly message: string }
  /** From `step` on, which has not begun, the named rewards are scored by the code that was just taken over. */
  | { readonly event: 'rewards'; readonly step: number; readonly rewards: readonly string[] }
  /** The held-out accuracy no longer rose, and the experiment says that this is the end. */
  | ({ readonly event: 'stoppedEarly' } & EarlyEnd)
  | {
      readonly event: 'done';
      readonly runDir: string;
      readonly steps: number;
      readonly before: EvaluationSummary | null;
      readonly after: EvaluationSummary | null;
      /** Paired 95 % interval of (after - before) over the same problems. */
      readonly interval: Estimate | null;
      /** Each of several tasks apart, over the same problems; absent where the experiment has one dataset. */
      readonly tasks?: readonly TaskChange[];
      /** null or absent where lenient matching is not known of both. */
      readonly form?: FormChange | null;
      /** null or absent where that is `after`. */
      readonly best?: BestPolicy | null;
      /** null or absent where all steps were done. */
      readonly early?: EarlyEnd | null;
    }
  | {
      readonly event: 'stopped';
      readonly runDir: string;
      readonly step: number;
      /** The step whose state was saved last: later ones are computed again, to the same bytes. */
      readonly resumesAfter: number;
      /** Why no step is to come; null or absent where some are, or all were done. */
      readonly early?: EarlyEnd | null;
    };
