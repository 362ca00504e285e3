/** What the progress display knows: a fold over the engine's events and the times at which they came. */
import type { EngineEvent, MeasuredSummary } from '../../protocol/events.ts';
import type { Metrics } from '../../protocol/metrics.ts';

/** How fast tokens are sampled, or by a method that samples nothing, trained; the newest steps of it are kept. */
const RATES = ['throughput/rollout_tokens_per_s', 'throughput/train_tokens_per_s'];
const RATE_STEPS = 9;

/** The pace is taken from this many of the newest steps: enough for an evaluation now and then to be averaged in. */
const PACE_STEPS = 50;

export type Phase = Omit<Extract<EngineEvent, { event: 'phase' }>, 'event'>;

export interface ProgressState {
  /** null before the run has started, and where there is none (an evaluation). */
  readonly run: { readonly id: string; readonly steps: number; readonly resumedFrom: number | null } | null;
  /** The last step that is done; 0 before the first. */
  readonly step: number;
  readonly phase: Phase | null;
  /** Tokens per second in the newest steps. */
  readonly tokenRates: readonly number[];
  /** What the curve shows, over the steps seen: the reward, or the loss of a method without rewards. */
  readonly curve: { readonly name: string; readonly values: readonly number[] };
  readonly firstEvaluation: MeasuredSummary | null;
  readonly lastEvaluation: MeasuredSummary | null;
  /** Milliseconds at which the newest steps ended, ascending; the first is when the first of them began. */
  readonly stepTimes: readonly number[];
}

export const initialState: ProgressState = {
  run: null,
  step: 0,
  phase: null,
  tokenRates: [],
  curve: { name: 'reward', values: [] },
  firstEvaluation: null,
  lastEvaluation: null,
  stepTimes: [],
};

/** The state after an event that came at `now` (milliseconds of any clock that only goes forward). */
export function advance(state: ProgressState, event: EngineEvent, now: number): ProgressState {
  switch (event.event) {
    case 'started': {
      const { id, steps, resumedFrom = null } = event;
      return { ...state, run: { id, steps, resumedFrom }, step: resumedFrom ?? 0 };
    }
    case 'phase': {
      const { step, phase, done, total } = event;
      // Loading and the evaluation before the first step are no part of the pace.
      const begins = state.stepTimes.length === 0 && step > state.step && phase !== 'load' && phase !== 'eval';
      return { ...state, phase: { step, phase, done, total }, stepTimes: begins ? [now] : state.stepTimes };
    }
    case 'step': {
      const { step, metrics } = event;
      return {
        ...state,
        step,
        phase: null,
        curve: extend(state.curve, metrics),
        tokenRates: [...state.tokenRates, ...rateOf(metrics)].slice(-RATE_STEPS),
        stepTimes: [...state.stepTimes, now].slice(-(PACE_STEPS + 1)),
      };
    }
    case 'eval': {
      const { step, split, problems, samples, correct, accuracy } = event;
      const summary = { step, split, problems, samples, correct, accuracy };
      return { ...state, phase: null, firstEvaluation: state.firstEvaluation ?? summary, lastEvaluation: summary };
    }
    case 'warning':
    case 'rewards':
    case 'stoppedEarly':
    case 'done':
    case 'stopped':
      return state;
  }
}

/** The name is settled by the first step that has a value; a step without one (every reward failed) leaves no point. */
function extend({ name, values }: ProgressState['curve'], metrics: Metrics): ProgressState['curve'] {
  const shown = values.length === 0 && metrics['reward'] === undefined ? 'loss' : name;
  const value = metrics[shown];
  return value === undefined ? { name, values } : { name: shown, values: [...values, value] };
}

function rateOf(metrics: Metrics): number[] {
  const name = RATES.find((candidate) => metrics[candidate] !== undefined);
  const rate = name === undefined ? undefined : metrics[name];
  return rate === undefined ? [] : [rate];
}

/** The median of the newest steps, since a single one depends on what else the machine does; null before there is one. */
export function tokensPerSecond({ tokenRates }: ProgressState): number | null {
  return tokenRates.toSorted((a, b) => a - b)[Math.floor(tokenRates.length / 2)] ?? null;
}

/** Seconds that a step takes at the present pace; null before one was seen from beginning to end. */
export function secondsPerStep({ stepTimes }: ProgressState): number | null {
  const first = stepTimes[0];
  const last = stepTimes.at(-1);
  if (first === undefined || last === undefined || stepTimes.length < 2) return null;
  return (last - first) / 1000 / (stepTimes.length - 1);
}

/** Seconds until the last step is done, from the pace and the time already spent on the step under way; null before there is a pace. */
export function secondsLeft(state: ProgressState, now: number): number | null {
  const pace = secondsPerStep(state);
  const last = state.stepTimes.at(-1);
  if (pace === null || last === undefined || state.run === null) return null;
  const spent = Math.min(pace, (now - last) / 1000);
  return Math.max(0, (state.run.steps - state.step) * pace - spent);
}
