/** What the panel keeps with its tab. */
import type { MeasureName, WinLose } from '../../engine/protocol/comparison.ts';
import { X_AXIS_KINDS, type XAxisKind } from '../chart/axes.ts';

export interface CompareState {
  /** A metric for each chart. */
  readonly metrics: readonly string[];
  readonly axis: XAxisKind;
  /** From 0 to 1. */
  readonly smoothing: number;
  readonly measure: MeasureName;
  /** Folder of the run that is looked at more closely, beside the baseline; the first other one where null. */
  readonly closer: string | null;
  /** The cell of the table of who solved what whose problems are listed. */
  readonly cell: keyof WinLose | null;
  /** Pixels that are scrolled away at the top: the page is made anew each time it is shown. */
  readonly scroll: number;
  /** Metrics that the person wants on one axis although different reward code gave them. */
  readonly overlaid: readonly string[];
}

export const INITIAL_STATE: CompareState = {
  metrics: ['eval/accuracy', 'reward', 'completions/mean_length', 'frac_reward_zero_std'],
  axis: 'step',
  smoothing: 0.6,
  measure: 'final',
  closer: null,
  cell: null,
  scroll: 0,
  overlaid: [],
};

/** null for what an older version kept. */
export function parseState(kept: unknown): CompareState | null {
  if (typeof kept !== 'object' || kept === null) return null;
  const given: Partial<Record<keyof CompareState, unknown>> = kept;
  const { metrics, axis, smoothing, measure, closer, cell, scroll, overlaid } = given;
  if (!isTexts(metrics) || metrics.length !== INITIAL_STATE.metrics.length || !isTexts(overlaid)) return null;
  const kind = X_AXIS_KINDS.find((known) => known === axis);
  if (kind === undefined) return null;
  if (measure !== 'final' && measure !== 'best' && measure !== 'test') return null;
  if (typeof smoothing !== 'number' || !(smoothing >= 0 && smoothing < 1)) return null;
  if (typeof closer !== 'string' && closer !== null) return null;
  if (cell !== null && cell !== 'both' && cell !== 'onlyA' && cell !== 'onlyB' && cell !== 'neither') return null;
  if (typeof scroll !== 'number') return null;
  return { metrics, axis: kind, smoothing, measure, closer, cell, scroll, overlaid };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
