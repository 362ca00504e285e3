/**
 * What the engine and its driver of a Ray cluster (`cluster/python/rlvr_ray.py`) say to each other, in frames (`frames.ts`). The bytes beside
 * `tell` and `said` are what the engine and its compute process say (`compute.ts`), in the serialisation of structured clones of Node's
 * `v8` module, which the driver passes on unread.
 */
import { z } from 'zod';

/** Frames have less where an editor reads them; an update of thousands of long completions is some hundred megabytes. */
export const MAX_CLUSTER_FRAME_BYTES = 2 ** 30;

/** What a run takes of one node. Bytes of memory; null leaves that open. */
export interface NodeNeeds {
  readonly cpus: number;
  readonly gpus: number;
  readonly memory: number | null;
}

export type ToDriver =
  /** First of all. `environment`: the folder that each node gets a copy of. */
  | { readonly type: 'connect'; readonly address: string; readonly environment: string }
  /** Starts a compute process, as soon as the cluster has room for it; `command` is run in the copy of the environment. */
  | ({ readonly type: 'start'; readonly compute: number; readonly command: readonly string[] } & NodeNeeds)
  | { readonly type: 'tell'; readonly compute: number }
  /** Ends it, and gives back what it has of the cluster. */
  | { readonly type: 'end'; readonly compute: number }
  /** Puts files of a folder of this machine into one on the node of a compute process. */
  | {
      readonly type: 'bring';
      readonly ask: number;
      readonly compute: number;
      readonly folder: string;
      readonly files: readonly string[];
    }
  /** Puts the files of a folder there into a new one of this machine, and removes it there. */
  | {
      readonly type: 'take';
      readonly ask: number;
      readonly compute: number;
      readonly from: string;
      readonly folder: string;
    };

const compute = z.int();

export const fromDriverSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('connected'),
    /** Its version. */
    ray: z.string(),
    /** What the nodes that are there have in all, whether or not it is free; memory in bytes. */
    nodes: z.array(z.strictObject({ cpus: z.number(), gpus: z.number(), memory: z.number() })),
  }),
  z.strictObject({ type: z.literal('refused'), reason: z.string() }),
  /** Its node, and a folder of its own there. */
  z.strictObject({ type: z.literal('started'), compute, node: z.string(), folder: z.string() }),
  z.strictObject({ type: z.literal('said'), compute }),
  z.strictObject({
    type: z.literal('ended'),
    compute,
    /** Why nobody can say how it ended: its node is gone, or the actor that ran it; null where somebody can. */
    lost: z.string().nullable(),
    /** As Python has it: negative where a signal ended it. */
    code: z.int().nullable(),
    /** The last of what it printed. */
    output: z.string(),
  }),
  /** To `bring` and `take`: the folder where the files are. */
  z.strictObject({
    type: z.literal('answered'),
    ask: z.int(),
    folder: z.string(),
    failure: z.string().nullable(),
  }),
]);
export type FromDriver = z.output<typeof fromDriverSchema>;
