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
  /** By the clock. */
  readonly milliseconds: number;
  /** In which the thread ran, as far as samples tell: on a busy machine it is kept waiting, and is not sampled meanwhile. */
  readonly running: number;
  /** Of `running`, in frames of the extension and what they called; 0 in a task that is not ours at all. */
  readonly own: number;
  /** Of `running`, in which garbage was collected, whoever's it was. */
  readonly collecting: number;
}

/** Microseconds between two samples; a task of 16 ms is then known to 3 percent. */
export const SAMPLE_INTERVAL = 500;

/** V8's names for a thread that waits, and for the event loop itself between two tasks. */
const BETWEEN = new Set(['(idle)', '(program)']);
const COLLECTOR = '(garbage collector)';

/** The tasks of a profile, in order. A task ends where the thread waits or is in the event loop's own code. */
export function tasksOf(profile: CpuProfile, isOurs: (url: string) => boolean): HostTask[] {
  const under = framesUnder(profile, isOurs);
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame.functionName]));
  const tasks: HostTask[] = [];
  let current = { milliseconds: 0, running: 0, own: 0, collecting: 0 };
  const end = (): void => {
    if (current.milliseconds > 0) tasks.push(current);
    current = { milliseconds: 0, running: 0, own: 0, collecting: 0 };
  };
  for (const [index, node] of profile.samples.entries()) {
    const name = names.get(node) ?? '';
    if (BETWEEN.has(name)) {
      end();
      continue;
    }
    // A sample stands for the time until the next one.
    const delta = profile.timeDeltas[index + 1] ?? 0;
    const running = Math.min(delta, 2 * SAMPLE_INTERVAL) / 1000;
    current.milliseconds += delta / 1000;
    current.running += running;
    if (under.has(node)) current.own += running;
    if (name === COLLECTOR) current.collecting += running;
  }
  end();
  return tasks;
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
