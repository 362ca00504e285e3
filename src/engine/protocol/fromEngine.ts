/**
 * Reads what an engine says. Engines outlive updates of the extension, and whatever listens at an address found in a file may be no
 * engine at all, so nothing is taken on trust. Keys that are not known here are passed over: a later engine may say more.
 */
import { z } from 'zod';
import { describeDataReplySchema, downloadProgressSchema, getDatasetReplySchema } from './data.ts';
import type { EngineEvent } from './events.ts';
import { preflightProgressSchema, preflightReplySchema } from './forecast.ts';
import { describeGpuSupportReplySchema, installGpuSupportReplySchema } from './gpuSupport.ts';
import { engineStatusSchema, type FromEngine, type LinkReply } from './link.ts';
import { describeModelReplySchema, getModelReplySchema, searchModelsReplySchema } from './modelRequests.ts';
import { handOverReplySchema } from './handover.ts';
import { exportPolicyReplySchema } from './policyExport.ts';
import { previewReplySchema } from './preview.ts';
import { describeJobReplySchema } from './rayJob.ts';
import { replayProgressSchema, replaySchema } from './replay.ts';
import { scoreReplySchema } from './scoring.ts';
import {
  evaluateServerReplySchema,
  planServerReplySchema,
  serverModelsReplySchema,
  serverProgressSchema,
} from './serverRequests.ts';

const count = z.int().nonnegative();
const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });
const measured = {
  problems: count,
  correct: count,
  accuracy: estimate,
  measures: z.record(z.string(), estimate).exactOptional(),
};
const evaluation = z.object({
  step: count,
  split: z.enum(['validation', 'test']),
  samples: count,
  ...measured,
  tasks: z.record(z.string(), z.object(measured)).exactOptional(),
});

const earlyEnd = z.object({ step: count, steps: count, best: count, evaluations: count });

export const eventSchema: z.ZodType<EngineEvent> = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('started'),
    runDir: z.string(),
    id: z.string(),
    steps: count,
    resumedFrom: count.exactOptional(),
    finished: z.literal(true).exactOptional(),
  }),
  z.object({
    event: z.literal('phase'),
    step: count,
    phase: z.enum(['load', 'profile', 'rollout', 'reward', 'train', 'eval']),
    done: count,
    total: count,
  }),
  z.object({ event: z.literal('step'), step: count, metrics: z.record(z.string(), z.number()) }),
  evaluation.extend({ event: z.literal('eval'), split: z.enum(['train', 'validation', 'test']) }),
  z.object({ event: z.literal('warning'), message: z.string() }),
  z.object({ event: z.literal('rewards'), step: count, rewards: z.array(z.string()) }),
  earlyEnd.extend({ event: z.literal('stoppedEarly') }),
  z.object({
    event: z.literal('done'),
    runDir: z.string(),
    steps: count,
    before: evaluation.nullable(),
    after: evaluation.nullable(),
    interval: estimate.nullable(),
    tasks: z
      .array(z.object({ task: z.string(), problems: count, change: estimate, pValue: z.number() }))
      .exactOptional(),
    form: z.object({ lenient: estimate, gap: estimate }).nullable().exactOptional(),
    best: z
      .object({ evaluation, chosenFrom: count, kept: z.boolean(), testable: z.boolean().exactOptional() })
      .nullable()
      .exactOptional(),
    early: earlyEnd.nullable().exactOptional(),
  }),
  z.object({
    event: z.literal('stopped'),
    runDir: z.string(),
    step: count,
    resumesAfter: count,
    early: earlyEnd.nullable().exactOptional(),
  }),
]);

const replySchema: z.ZodType<LinkReply> = z.discriminatedUnion('kind', [
  scoreReplySchema,
  previewReplySchema,
  preflightReplySchema,
  describeDataReplySchema,
  getDatasetReplySchema,
  searchModelsReplySchema,
  describeModelReplySchema,
  getModelReplySchema,
  describeGpuSupportReplySchema,
  installGpuSupportReplySchema,
  handOverReplySchema,
  describeJobReplySchema,
  exportPolicyReplySchema,
  serverModelsReplySchema,
  planServerReplySchema,
  evaluateServerReplySchema,
  replaySchema,
  z.object({
    kind: z.literal('check'),
    checks: z.array(
      z.object({
        name: z.string(),
        status: z.enum(['ok', 'absent', 'warn', 'fail']),
        detail: z.string(),
        advice: z.string().nullable(),
      }),
    ),
  }),
  z.object({ kind: z.literal('swapRewards'), fromStep: count, rewards: z.array(z.string()) }),
]);

export const fromEngineSchema: z.ZodType<FromEngine> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    version: z.number(),
    engineVersion: z.string(),
    status: engineStatusSchema,
    runDir: z.string().nullable(),
  }),
  z.object({ type: z.literal('refused'), message: z.string() }),
  z.object({ type: z.literal('status'), status: engineStatusSchema }),
  z.object({ type: z.literal('event'), event: eventSchema }),
  z.object({
    type: z.literal('progress'),
    id: z.int(),
    progress: z.union([replayProgressSchema, downloadProgressSchema, preflightProgressSchema, serverProgressSchema]),
  }),
  z.object({ type: z.literal('reply'), id: z.int(), reply: replySchema }),
  z.object({
    type: z.literal('failure'),
    id: z.int(),
    message: z.string(),
    noAccess: z
      .object({ name: z.string(), page: z.url({ protocol: /^https?$/ }), isGated: z.boolean() })
      .exactOptional(),
  }),
]);

/** The message; null for anything else, which is of a newer engine, or of none, and is to be passed over. */
export function parseFromEngine(message: unknown): FromEngine | null {
  return fromEngineSchema.safeParse(message).data ?? null;
}
