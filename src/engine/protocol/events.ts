/** What an engine says while it works: one JSON object per line with `--json`, and the progress display otherwise. */
import type { Estimate, Metrics } from './metrics.ts';

/**
 * By name, what else the same completions show, each a mean over problems with its 95 % interval: `lenient` (see `analysis/lenient/`), `pass@k`
 * and `maj@k`.
 */
export type EvaluationMeasures = Readonly<Record<string, Estimate>>;

export interface EvaluationSummary {
  readonly step: number;
  readonly split: 'validation' | 'test';
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
}

/** What a change of the held-out accuracy is made of: being right more often, or giving answers where they are looked for. */
export interface FormChange {
  /** after - before by lenient matching, on the same problems. */
  readonly lenient: Estimate;
  /** How much more the accuracy itself changed than that. */
  readonly gap: Estimate;
}

export type EngineEvent =
  | {
      readonly event: 'started';
      readonly runDir: string;
      readonly id: string;
      readonly steps: number;
      readonly resumedFrom?: number;
    }
  | {
      readonly event: 'phase';
      readonly step: number;
      readonly phase: 'load' | 'rollout' | 'reward' | 'train' | 'eval';
      readonly done: number;
      readonly total: number;
    }
  | { readonly event: 'step'; readonly step: number; readonly metrics: Metrics }
  | ({ readonly event: 'eval' } & EvaluationSummary)
  | { readonly event: 'warning'; readonly message: string }
  /** From `step` on, which has not begun, the named rewards are scored by the code that was just taken over. */
  | { readonly event: 'rewards'; readonly step: number; readonly rewards: readonly string[] }
  | {
      readonly event: 'done';
      readonly runDir: string;
      readonly steps: number;
      readonly before: EvaluationSummary | null;
      readonly after: EvaluationSummary | null;
      /** Paired 95 % interval of (after - before) over the same problems. */
      readonly interval: Estimate | null;
      /** null or absent where lenient matching is not known of both. */
      readonly form?: FormChange | null;
    }
  | {
      readonly event: 'stopped';
      readonly runDir: string;
      readonly step: number;
      /** The step whose state was saved last: later ones are computed again, to the same bytes. */
      readonly resumesAfter: number;
    };
