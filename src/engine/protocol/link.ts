/**
 * The link between an editor and an engine of its own: what an engine is started with, and the messages on its local socket.
 * Both sides parse what they receive. Frames are in `frames.ts`: a JSON head, which is one of these messages, and typed arrays.
 */
import { z } from 'zod';
import { MAX_KEY } from './apiAddress.ts';
import {
  describeDataRequestSchema,
  getDatasetRequestSchema,
  type DescribeDataReply,
  type DownloadProgress,
  type GetDatasetReply,
} from './data.ts';
import type { NoAccess } from './errors.ts';
import type { EngineEvent } from './events.ts';
import { forecastSchema, preflightRequestSchema, type PreflightProgress, type PreflightReply } from './forecast.ts';
import { handOverRequestSchema, type HandOverReply } from './handover.ts';
import { exportPolicyRequestSchema, type ExportPolicyReply } from './policyExport.ts';
import {
  describeGpuSupportRequestSchema,
  installGpuSupportRequestSchema,
  type DescribeGpuSupportReply,
  type InstallGpuSupportReply,
} from './gpuSupport.ts';
import {
  describeModelRequestSchema,
  getModelRequestSchema,
  searchModelsRequestSchema,
  type DescribeModelReply,
  type GetModelReply,
  type SearchModelsReply,
} from './modelRequests.ts';
import { policyNameSchema } from './policyName.ts';
import { previewRequestSchema, type PreviewReply } from './preview.ts';
import { describeJobRequestSchema, type DescribeJobReply } from './rayJob.ts';
import { replayRequestSchema, type ReplayProgress, type ReplayReply } from './replay.ts';
import { scoreRequestSchema, type ScoreReply } from './scoring.ts';
import {
  evaluateServerRequestSchema,
  planServerRequestSchema,
  serverModelsRequestSchema,
  type EvaluateServerReply,
  type PlanServerReply,
  type ServerModelsReply,
  type ServerProgress,
} from './serverRequests.ts';
import { sweepMembershipSchema } from './sweep/membership.ts';

/** Raised when a message changes its meaning; engines outlive updates of the extension, so the two sides may differ. */
export const LINK_VERSION = 2;

/**
 * The oldest version that both sides speak, so that a run goes on under its editor through an update of the extension: hello, lease, orders,
 * welcome, status and events mean in it what they mean today. Requests need not, and are answered in the newest version only.
 */
export const OLDEST_LINK_VERSION = LINK_VERSION - 1;

/** The version in which to greet an engine that speaks `theirs`; one that is older than both sides know will refuse it. */
export function greetingVersion(theirs: number): number {
  return theirs >= OLDEST_LINK_VERSION && theirs < LINK_VERSION ? theirs : LINK_VERSION;
}

/** Files of an engine's own folder. The host writes the first, the engine the others. */
export const LAUNCH_FILE = 'launch.json';
export const ENDPOINT_FILE = 'endpoint.json';
/** What the process prints; nothing, unless something is wrong. */
export const OUTPUT_FILE = 'engine.out';
export const END_FILE = 'end.json';

export const jobSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('train'),
    experimentPath: z.string(),
    overrides: z.array(z.string()),
    runsDir: z.string(),
    /** The sweep that it is a run of. */
    sweep: sweepMembershipSchema.exactOptional(),
    /** Folders of the runs that it stands beside, whose model, data and rewards must not have been edited since. */
    beside: z.array(z.string()).exactOptional(),
    /** What a preflight of it said; kept beside the run. */
    forecast: forecastSchema.exactOptional(),
  }),
  z.strictObject({ kind: z.literal('resume'), runDir: z.string() }),
  z.strictObject({
    kind: z.literal('evaluate'),
    /** An experiment file or a run folder. */
    path: z.string(),
    split: z.enum(['validation', 'test']),
    overrides: z.array(z.string()),
    /** Of a run, which of its policies; the last unless given. */
    checkpoints: z.array(policyNameSchema).exactOptional(),
  }),
  /** No run: answers requests until nobody is connected. */
  z.strictObject({ kind: z.literal('serve') }),
]);
export type Job = z.output<typeof jobSchema>;

/** What an engine does when its last editor has gone. */
const leaseSchema = z.strictObject({
  whenAlone: z.enum(['finish', 'keepFor', 'stop']),
  /** For `keepFor`. */
  minutes: z.number().positive(),
});
export type Lease = z.output<typeof leaseSchema>;

/**
 * `launch.json` in the engine's own folder, which only its user can open. The folder is the one argument of `main.js`, so the
 * secret is in no argument and no environment.
 */
export const launchSchema = z.strictObject({
  id: z.string(),
  secret: z.string().min(32),
  job: jobSchema,
  lease: leaseSchema,
  /** Path of the Python for rewards in Python, as the editor knows it; without it the engine looks for one. */
  python: z.string().exactOptional(),
  limits: z
    .strictObject({ threads: z.int().positive().exactOptional(), memoryBytes: z.int().positive().exactOptional() })
    .exactOptional(),
  /** A run waits while the machine is on its battery. */
  pauseOnBattery: z.literal(true).exactOptional(),
});
export type Launch = z.output<typeof launchSchema>;

/** `endpoint.json` beside it, written whole by the engine once it listens. */
export const endpointSchema = z.object({
  linkVersion: z.number(),
  engineVersion: z.string(),
  pid: z.int(),
  /** Path of the Unix socket, or name of the named pipe. */
  address: z.string(),
  startedAt: z.string(),
});
export type Endpoint = z.output<typeof endpointSchema>;

/**
 * `end.json`, written whole when the work has ended, for an editor that was not there to hear it. A process that is gone without it
 * crashed.
 */
export const endSchema = z.object({
  outcome: z.enum(['finished', 'stopped', 'failed']),
  /** Why it failed, for the user. */
  message: z.string().nullable(),
  runDir: z.string().nullable(),
});
export type End = z.output<typeof endSchema>;

/** Whether training works on this machine, and what it can use. */
const checkRequest = z.strictObject({
  kind: z.literal('check'),
  /** Where runs are to be written. */
  folder: z.string().exactOptional(),
});
/**
 * Of an engine that trains: the reward files of its experiment, as they are saved now, score from the next step on. Fails, and changes
 * nothing, where they cannot be used.
 */
const swapRewardsRequest = z.strictObject({ kind: z.literal('swapRewards') });
const requestSchema = z.discriminatedUnion('kind', [
  scoreRequestSchema,
  previewRequestSchema,
  preflightRequestSchema,
  replayRequestSchema,
  describeDataRequestSchema,
  getDatasetRequestSchema,
  searchModelsRequestSchema,
  describeModelRequestSchema,
  getModelRequestSchema,
  describeGpuSupportRequestSchema,
  installGpuSupportRequestSchema,
  handOverRequestSchema,
  describeJobRequestSchema,
  exportPolicyRequestSchema,
  serverModelsRequestSchema,
  planServerRequestSchema,
  evaluateServerRequestSchema,
  checkRequest,
  swapRewardsRequest,
]);
export type LinkRequest = z.output<typeof requestSchema>;

export const toEngineSchema = z.discriminatedUnion('type', [
  /** First of all; anything else before it, a wrong secret or another version ends the connection. */
  z.strictObject({ type: z.literal('hello'), version: z.number(), secret: z.string(), lease: leaseSchema }),
  /** The newest lease that any editor has named is the one that counts. */
  z.strictObject({ type: z.literal('lease'), lease: leaseSchema }),
  z.strictObject({ type: z.literal('stop') }),
  z.strictObject({ type: z.literal('pause') }),
  z.strictObject({ type: z.literal('continue') }),
  /** Of the service that judges completions; null: there is none any more. It is kept in the engine's memory only. */
  z.strictObject({ type: z.literal('judgeKey'), key: z.string().min(1).max(MAX_KEY).nullable() }),
  /** Of clusters with Ray's job API, by address; those that are not named have none. They are kept in the engine's memory only. */
  z.strictObject({
    type: z.literal('clusterTokens'),
    tokens: z.record(z.string(), z.string().min(1).max(MAX_KEY)),
  }),
  z.strictObject({ type: z.literal('request'), id: z.int(), request: requestSchema }),
  /** Nobody waits for the answer to a request any more. */
  z.strictObject({ type: z.literal('cancel'), id: z.int() }),
]);
export type ToEngine = z.output<typeof toEngineSchema>;

/** Where an engine stands. */
export const engineStatusSchema = z.discriminatedUnion('state', [
  /** Other runs have the cores; it starts by itself. */
  z.object({ state: z.literal('queued') }),
  z.object({ state: z.literal('working') }),
  /** After the step under way, until told to continue; `onBattery`: or until the machine has mains again. */
  z.object({ state: z.literal('paused'), onBattery: z.literal(true).exactOptional() }),
  z.object({ state: z.literal('stopping') }),
  z.object({
    state: z.literal('ended'),
    outcome: z.enum(['finished', 'stopped', 'failed']),
    /** Why it failed, for the user. */
    message: z.string().nullable(),
  }),
]);
export type EngineStatus = z.output<typeof engineStatusSchema>;

/**
 * What an engine says; `parseFromEngine` reads it. Steps and phases come at most ten times a second, the newest of each; whoever
 * comes later is told the newest ones after its welcome.
 */
export type FromEngine =
  | {
      readonly type: 'welcome';
      readonly version: number;
      readonly engineVersion: string;
      readonly status: EngineStatus;
      /** As soon as there is one. */
      readonly runDir: string | null;
    }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'status'; readonly status: EngineStatus }
  | { readonly type: 'event'; readonly event: EngineEvent }
  /** How far the answer to a request has come. */
  | { readonly type: 'progress'; readonly id: number; readonly progress: RequestProgress }
  | { readonly type: 'reply'; readonly id: number; readonly reply: LinkReply }
  | { readonly type: 'failure'; readonly id: number; readonly message: string; readonly noAccess?: NoAccess };

/** One finding about the machine. */
export interface MachineCheck {
  readonly name: string;
  /** `absent` is no fault: something that a machine may have, and this one has not. */
  readonly status: 'ok' | 'absent' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do; null where there is nothing to do. */
  readonly advice: string | null;
}

/** Of the requests that take long. */
export type RequestProgress = ReplayProgress | DownloadProgress | PreflightProgress | ServerProgress;

export type LinkReply =
  | ScoreReply
  | PreviewReply
  | PreflightReply
  | DescribeDataReply
  | GetDatasetReply
  | SearchModelsReply
  | DescribeModelReply
  | GetModelReply
  | DescribeGpuSupportReply
  | InstallGpuSupportReply
  | HandOverReply
  | DescribeJobReply
  | ExportPolicyReply
  | ServerModelsReply
  | PlanServerReply
  | EvaluateServerReply
  /** Its arrays are put to it by `unpackReplay`. */
  | ReplayReply
  | { readonly kind: 'check'; readonly checks: readonly MachineCheck[] }
  /** The first step that is scored by them, and the rewards whose code changed. */
  | { readonly kind: 'swapRewards'; readonly fromStep: number; readonly rewards: readonly string[] };
