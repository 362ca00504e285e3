/**
 * Messages between the Dashboard's script and the host. The script says which metrics it shows; the host sends their points, then what
 * the run adds to them.
 */
import { z } from 'zod';
import type { EngineEvent, EvaluationSummary } from '../events.ts';
import type { CodeChange, RunStatus } from '../run.ts';
import type { MetricPoints } from './curves.ts';
import { groupSelection } from './outputsRequests.ts';
import { settingPath, type HackingSign, type SignalReport } from './signal.ts';

/** As many as a run of some dozens of metrics has; a page that asks for more is not ours. */
const MAX_METRICS = 1000;
const MAX_METRIC_NAME = 500;
/** Of an exported file, in bytes or characters. */
const MAX_FILE = 64 * 2 ** 20;
/** UTF-16 units of a name that is proposed for a file. */
export const MAX_FILE_NAME = 200;

const metrics = z.array(z.string().max(MAX_METRIC_NAME)).max(MAX_METRICS);
const name = z.string().max(MAX_FILE_NAME);

/** What the buttons do; the host has a command for each. */
const dashboardActions = [
  'stop',
  'pause',
  'continue',
  'resume',
  'openOutputs',
  'compare',
  'showLog',
  'tryDemo',
  'newExperiment',
] as const;
export type DashboardAction = (typeof dashboardActions)[number];

export const fromDashboardSchema = z.discriminatedUnion('type', [
  /** The metrics on the screen from now on; those not shown before are answered with `points`. */
  z.strictObject({ type: z.literal('show'), generation: z.int(), metrics }),
  /** Everything that is shown, again: the script has gathered more points than it wants to draw. */
  z.strictObject({ type: z.literal('again'), generation: z.int() }),
  /** A part of the run in as many points as the whole was. */
  z.strictObject({ type: z.literal('detail'), generation: z.int(), metrics, from: z.number(), to: z.number() }),
  z.strictObject({ type: z.literal('action'), action: z.enum(dashboardActions) }),
  z.strictObject({
    type: z.literal('saveFile'),
    format: z.enum(['png', 'svg', 'csv']),
    name,
    data: z.union([z.string().max(MAX_FILE), z.instanceof(Uint8Array).refine((bytes) => bytes.length <= MAX_FILE)]),
  }),
  /** The completions of these groups, in Outputs. */
  z.strictObject({ type: z.literal('openGroups'), selection: groupSelection }),
  /** What would change a cause: a value in the experiment file, or a reward function. */
  z.strictObject({ type: z.literal('openSetting'), path: settingPath }),
  z.strictObject({ type: z.literal('openReward'), name: z.string().max(MAX_METRIC_NAME) }),
  /** The reward sources of before and after a step at which they changed, side by side. */
  z.strictObject({ type: z.literal('diffRewards'), step: z.int().min(1) }),
  /** Every value of these metrics, as CSV. */
  z.strictObject({ type: z.literal('saveValues'), name, metrics }),
]);
export type FromDashboard = z.output<typeof fromDashboardSchema>;

/** null for what is no message of the Dashboard. */
export function parseFromDashboard(message: unknown): FromDashboard | null {
  return fromDashboardSchema.safeParse(message).data ?? null;
}

/** What a run is, once and for all. */
export interface DashboardRun {
  readonly dir: string;
  /** What the person calls it, or when it was started. */
  readonly name: string;
  readonly experiment: string;
  readonly method: 'grpo' | 'sft';
  /** How many steps it was asked for. */
  readonly steps: number;
  /** Reward functions in the experiment's order. */
  readonly rewards: readonly string[];
}

export type RunPhase = Extract<EngineEvent, { event: 'phase' }>;

/** Where an engine stands that this window can talk to. */
export interface LiveState {
  readonly state: 'starting' | 'queued' | 'working' | 'paused' | 'stopping' | 'lost';
  /** The newest; null before the first. */
  readonly phase: Pick<RunPhase, 'phase' | 'step' | 'done' | 'total'> | null;
}

export interface DashboardStatus {
  readonly status: RunStatus;
  /** It ended without saying so. */
  readonly crashed: boolean;
  /** Why it failed, where that was said. */
  readonly message: string | null;
  readonly lastStep: number | null;
  /** Of the steps that are done. */
  readonly seconds: number | null;
  /** null where it runs elsewhere, in a terminal say, or not at all. */
  readonly live: LiveState | null;
}

/** Words about a curve, or about the curves of one chart. */
export interface CurveWords {
  /** The name of the metric that it is about. */
  readonly metric: string;
  /** What the curve does, for who does not see it. */
  readonly summary: string;
  /** What to know when looking at it; null where the curve says it all. */
  readonly remark: string | null;
}

export interface Warning {
  /** ISO 8601. */
  readonly time: string;
  readonly message: string;
}

export type ToDashboard =
  /** No run is selected. */
  | { readonly type: 'empty' }
  /** The run cannot be read, or not any more. */
  | { readonly type: 'unreadable'; readonly message: string }
  /** A run, from the beginning: what was shown before is forgotten. Messages of an older generation are late. */
  | {
      readonly type: 'run';
      readonly generation: number;
      readonly run: DashboardRun;
      readonly metrics: readonly string[];
      readonly status: DashboardStatus;
    }
  | { readonly type: 'status'; readonly generation: number; readonly status: DashboardStatus }
  /** A metric that the run did not have before. */
  | { readonly type: 'metrics'; readonly generation: number; readonly metrics: readonly string[] }
  /** The whole of some metrics, up to a step. */
  | {
      readonly type: 'points';
      readonly generation: number;
      readonly lastStep: number;
      readonly series: readonly MetricPoints[];
    }
  /** What the newest steps add to them. */
  | { readonly type: 'added'; readonly generation: number; readonly series: readonly MetricPoints[] }
  | {
      readonly type: 'detail';
      readonly generation: number;
      readonly from: number;
      readonly to: number;
      readonly lastStep: number;
      readonly series: readonly MetricPoints[];
    }
  /** Where other reward code took over, all of it, before any points that it concerns. */
  | { readonly type: 'rewardChanges'; readonly generation: number; readonly changes: readonly CodeChange[] }
  | { readonly type: 'evaluations'; readonly generation: number; readonly evaluations: readonly EvaluationSummary[] }
  | { readonly type: 'words'; readonly generation: number; readonly words: readonly CurveWords[] }
  /** Groups without signal in the newest steps, null where nothing was trained on yet; and signs of reward hacking, oldest first. */
  | {
      readonly type: 'signal';
      readonly generation: number;
      readonly report: SignalReport | null;
      readonly signs: readonly HackingSign[];
    }
  /** How a run that has ended turned out, in sentences; the first has the interval. */
  | { readonly type: 'outcome'; readonly generation: number; readonly sentences: readonly string[] }
  /** Newest first. */
  | { readonly type: 'warnings'; readonly generation: number; readonly warnings: readonly Warning[] };
