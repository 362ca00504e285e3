/** Where on a Ray cluster an experiment computes, and what it takes there. */
import { z } from 'zod';

/** In bytes, as Ray and experiments count. */
export const GB = 1e9;

export const raySchema = z.strictObject({
  address: z
    .string()
    .min(1)
    .default('auto')
    .meta({ examples: ['auto', '10.0.0.1:6379', 'ray://10.0.0.1:10001', 'http://10.0.0.1:8265'] })
    .describe(
      "Of the cluster: `auto` is the one that this machine is a node of, `http://` one of Ray's job API, to which runs are submitted.",
    ),
  cpus: z
    .int()
    .positive()
    .default(1)
    .describe('Processors of a node for each run, or each of its workers; also its threads, where `threads` is 0.'),
  gpus: z
    .number()
    .min(0)
    .refine((gpus) => gpus <= 1 || Number.isInteger(gpus), 'a whole number of graphics cards, or a part of one below 1')
    .default(0)
    .describe('Graphics cards for each run, or a part of one. With 0 the CPU computes.'),
  memory: z.number().positive().optional().describe('GB of memory that a node must have left for a run.'),
  workers: z
    .int()
    .positive()
    .default(1)
    .describe(
      'How many compute one run, each with `cpus`, `gpus` and `memory` of a node: they sample and differentiate the problems of a step in parallel. More than 1 need an adapter.',
    ),
  shares: z
    .int()
    .positive()
    .optional()
    .describe(
      'Into how many shares the problems of a step, and of an evaluation, are divided for them; as many as `workers` where it is not set. With the same shares a run is the same bytes with any number of workers.',
    ),
});
export type RayConfig = z.output<typeof raySchema>;

interface RayExperiment {
  readonly device: string;
  readonly ray?: RayConfig | undefined;
}

/** What an experiment's `ray` says, with every default. */
export function rayOf({ ray }: Pick<RayExperiment, 'ray'>): RayConfig {
  return ray ?? raySchema.parse({});
}

/** Where the cluster is, what memory a node must have, how many compute; all else decides threads, provider or shares, and with them what is computed. */
const WITHOUT_EFFECT = ['address', 'memory', 'workers'];

/** What of an experiment's `ray` changes what a run computes; undefined where it computes elsewhere. */
export function rayEffect(experiment: RayExperiment): Readonly<Record<string, unknown>> | undefined {
  if (experiment.device !== RAY) return undefined;
  const said = { ...rayOf(experiment), shares: sharesOf(experiment) };
  return Object.fromEntries(Object.entries(said).filter(([key]) => !WITHOUT_EFFECT.includes(key)));
}

/** Into how many shares each step of an experiment is divided; with 1 a single process computes it whole. */
export function sharesOf(experiment: RayExperiment): number {
  if (experiment.device !== RAY) return 1;
  const { workers, shares } = rayOf(experiment);
  return shares ?? workers;
}

/** In bytes; null where that is left open. */
export function memoryOf({ memory }: RayConfig): number | null {
  return memory === undefined ? null : Math.ceil(memory * GB);
}

/** What computes, as a compute process is told: on a node of a cluster its graphics card where the experiment takes one. */
export function computeDevice(experiment: RayExperiment): string {
  if (experiment.device !== RAY) return experiment.device;
  return rayOf(experiment).gpus > 0 ? 'gpu' : 'auto';
}

/** As `--set` takes them: where it computes, whatever the experiment says. */
export function onCluster(address: string): string[] {
  return [`device=${RAY}`, `ray.address=${JSON.stringify(address)}`];
}

/** The device that is a cluster. */
export const RAY = 'ray';
