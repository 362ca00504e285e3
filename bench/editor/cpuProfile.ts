/** What a thread did, from the samples of V8's CPU profiler. */
import { z } from 'zod';

export const cpuProfileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string() }),
      children: z.array(z.number()).default([]),
    }),
  ),
  /** Id of the innermost frame at each sample. */
  samples: z.array(z.number()),
  /** Microseconds since the sample before. */
  timeDeltas: z.array(z.number()),
});
export type CpuProfile = z.output<typeof cpuProfileSchema>;

/** One turn of the event loop, as far as samples tell. */
export interface HostTask {
  readonly milliseconds: number;
  /** Whether a frame of the extension was in it. */
  readonly ours: boolean;
}

/** V8's names for a thread that waits, and for the event loop itself between two tasks. */
const BETWEEN = new Set(['(idle)', '(program)']);

/** The tasks of a profile, in order. A task ends where the thread waits or is in the event loop's own code. */
export function tasksOf(profile: CpuProfile, isOurs: (url: string) => boolean): HostTask[] {
  const ours = framesUnder(profile, isOurs);
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame.functionName]));
  const tasks: HostTask[] = [];
  let current = { microseconds: 0, ours: false };
  const end = (): void => {
    if (current.microseconds > 0) tasks.push({ milliseconds: current.microseconds / 1000, ours: current.ours });
    current = { microseconds: 0, ours: false };
  };
  for (const [index, node] of profile.samples.entries()) {
    if (BETWEEN.has(names.get(node) ?? '')) {
      end();
      continue;
    }
    // A sample stands for the time until the next one.
    current.microseconds += profile.timeDeltas[index + 1] ?? 0;
    current.ours ||= ours.has(node);
  }
  end();
  return tasks;
}

/** Milliseconds in which the thread did anything at all. */
export function busyTime(profile: CpuProfile): number {
  return tasksOf(profile, () => false).reduce((sum, { milliseconds }) => sum + milliseconds, 0);
}

/** The nodes that are a wanted frame, or were called by one at any distance. */
function framesUnder({ nodes }: CpuProfile, isWanted: (url: string) => boolean): Set<number> {
  const found = new Set<number>();
  const children = new Map(nodes.map((node) => [node.id, node.children]));
  const add = (id: number): void => {
    if (found.has(id)) return;
    found.add(id);
    for (const child of children.get(id) ?? []) add(child);
  };
  for (const { id, callFrame } of nodes) if (isWanted(callFrame.url)) add(id);
  return found;
}
