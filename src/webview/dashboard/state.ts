/** How the person has set the Dashboard, kept through hiding and "Reload Window". */
import { X_AXIS_KINDS, type XAxisKind } from '../chart/axes.ts';
import type { Extent } from '../chart/content.ts';
import type { StepRange } from './pointStore.ts';

/** Of one chart. */
export interface ChartState {
  readonly log: boolean;
  /** Zoom of the values; null shows all. */
  readonly y: Extent | null;
}

export interface DashboardState {
  readonly version: 1;
  readonly axis: XAxisKind;
  /** From 0 to below 1, as TensorBoard's. */
  readonly smoothing: number;
  readonly more: boolean;
  /** Only curves under "More" whose names have this. */
  readonly filter: string;
  readonly warnings: boolean;
  /** Whether the causes of groups without signal are explained. */
  readonly signal: boolean;
  /** The run that the zoom is of; another one begins without. */
  readonly runDir: string | null;
  /** null shows the whole run. */
  readonly range: StepRange | null;
  readonly charts: Readonly<Record<string, ChartState>>;
}

export const CHART_STATE: ChartState = { log: false, y: null };

/** TensorBoard's default. */
const SMOOTHING = 0.6;
export const MAX_SMOOTHING = 0.99;

export const INITIAL_STATE: DashboardState = {
  version: 1,
  axis: 'step',
  smoothing: SMOOTHING,
  more: false,
  filter: '',
  warnings: false,
  signal: false,
  runDir: null,
  range: null,
  charts: {},
};

/** null for what is no state of this version. */
export function parseState(kept: unknown): DashboardState | null {
  if (!isRecord(kept) || kept['version'] !== 1) return null;
  const { axis, smoothing, more, filter, warnings, signal, runDir, range, charts } = kept;
  return {
    version: 1,
    axis: X_AXIS_KINDS.find((known) => known === axis) ?? INITIAL_STATE.axis,
    smoothing:
      typeof smoothing === 'number' && smoothing >= 0 && smoothing <= MAX_SMOOTHING
        ? smoothing
        : INITIAL_STATE.smoothing,
    more: more === true,
    filter: typeof filter === 'string' ? filter : '',
    warnings: warnings === true,
    signal: signal === true,
    runDir: typeof runDir === 'string' ? runDir : null,
    range: parseRange(range),
    charts: isRecord(charts)
      ? Object.fromEntries(
          Object.entries(charts).flatMap(([id, chart]) => (isRecord(chart) ? [[id, parseChart(chart)]] : [])),
        )
      : {},
  };
}

function parseRange(value: unknown): StepRange | null {
  if (!isRecord(value)) return null;
  const { from, to } = value;
  return isNumber(from) && isNumber(to) && from < to ? { from, to } : null;
}

function parseChart({ log, y }: Readonly<Record<string, unknown>>): ChartState {
  const { min, max } = isRecord(y) ? y : {};
  return { log: log === true, y: isNumber(min) && isNumber(max) && min < max ? { min, max } : null };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
