/** Manifest and experiment of a run as stored, checked when read. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { experimentSchema } from '../protocol/experiment.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { grantedPermissionsSchema } from '../protocol/grader.ts';
import type { RunManifest } from '../protocol/run.ts';
import { policyServerSchema } from '../protocol/policyServer.ts';
import { sweepMembershipSchema } from '../protocol/sweep/membership.ts';
import { schemaWords } from '../protocol/schemaWords.ts';
import { damagedRun, messageOf } from './errors.ts';
import { EXPERIMENT_FILE } from './layout.ts';
import { BadValueError } from './rows.ts';

/** Not strict: a later version of the same format may add keys. */
const manifestSchema: z.ZodType<RunManifest> = z.object({
  formatVersion: z.int(),
  id: z.string(),
  name: z.string().nullable(),
  createdAt: z.string(),
  engineVersion: z.string(),
  experimentPath: z.string(),
  modelPath: z.string(),
  modelRevision: z.string().optional(),
  modelHash: z.string(),
  datasetHash: z.string(),
  datasets: z
    .array(
      z.object({
        task: z.string().optional(),
        role: z.enum(['train', 'validation', 'test']),
        source: z.string(),
        revision: z.string().nullable(),
        sha256: z.string(),
        rows: z.int(),
      }),
    )
    .optional(),
  tasks: z.array(z.object({ name: z.string(), first: z.int() })).optional(),
  rewardHashes: z.record(z.string(), z.string()),
  gitCommit: z.string().nullable(),
  gitDirty: z.boolean(),
  seed: z.number(),
  provider: z.string(),
  threads: z.number(),
  platform: z.string(),
  weightLevels: z.int().optional(),
  grader: grantedPermissionsSchema.nullable().optional(),
  policyServer: policyServerSchema.optional(),
  sweep: sweepMembershipSchema.optional(),
});

/** @throws BadValueError */
export function parseManifest(json: string): RunManifest {
  const parsed = manifestSchema.safeParse(parseJson(json));
  if (!parsed.success)
    throw new BadValueError(`the manifest has a wrong ${parsed.error.issues[0]?.path.join('.') ?? 'shape'}`);
  return parsed.data;
}

/** A JSON object, such as the columns of a dataset row. @throws BadValueError */
export function parseJsonObject(json: string): Readonly<Record<string, unknown>> {
  const parsed = z.record(z.string(), z.unknown()).safeParse(parseJson(json));
  if (!parsed.success) throw new BadValueError('a stored JSON value is not an object');
  return parsed.data;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new BadValueError('stored JSON does not parse');
  }
}

/** A run from before there was screening has no word of it, and sampled whole groups: what is not said is not today's default there. */
const beforeScreening = z.looseObject({
  curriculum: z.looseObject({ by: z.literal('adaptive'), screen: z.unknown().default(0) }),
});

/** The resolved experiment the run was started with. @throws DamagedRunError */
export function readExperiment(dir: string): Experiment {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(join(dir, EXPERIMENT_FILE), 'utf8'));
  } catch (error) {
    throw damagedRun(dir, `${EXPERIMENT_FILE} cannot be read: ${messageOf(error)}`);
  }
  const parsed = experimentSchema.safeParse(beforeScreening.safeParse(json).data ?? json);
  if (!parsed.success) throw damagedRun(dir, `${EXPERIMENT_FILE}: ${schemaWords(parsed.error)}`);
  return parsed.data;
}
