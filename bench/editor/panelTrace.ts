/** Tasks of a panel, from a trace of Chromium. */
import { z } from 'zod';

/** An event of the trace format, as far as it is of use here: `X` has a duration, on the thread's own clock where `tdur` is there. */
const traceEventSchema = z.object({
  name: z.string(),
  ph: z.string(),
  pid: z.number(),
  tid: z.number(),
  /** Microseconds, on the clock of the machine. */
  ts: z.number(),
  dur: z.number().optional(),
  /** Microseconds in which the thread ran. */
  tdur: z.number().optional(),
  args: z.looseObject({ data: z.looseObject({ frame: z.string().optional(), url: z.string().optional() }).optional() }),
});
type TraceEvent = z.output<typeof traceEventSchema>;

export const traceSchema = z.object({ traceEvents: z.array(z.unknown()) });
export type Trace = z.output<typeof traceSchema>;

/** What a trace has to record for `panelTasks`. */
export const CATEGORIES = ['devtools.timeline', 'toplevel'];

const TASK_NAMES = new Set(['RunTask', 'ThreadControllerImpl::RunTask', 'ThreadPool_RunTask']);

/**
 * Thread time of each task in which something happened for one of the frames, or a script of theirs ran, in milliseconds.
 * @param frames ids of the panels' frames
 * @param isOurs whether a script is one of the panels'
 */
export function panelTasks(trace: Trace, frames: ReadonlySet<string>, isOurs: (url: string) => boolean): number[] {
  const events = trace.traceEvents.flatMap((event) => traceEventSchema.safeParse(event).data ?? []);
  const threads = new Map<string, TraceEvent[]>();
  for (const event of events) {
    if (event.ph !== 'X') continue;
    const key = `${event.pid} ${event.tid}`;
    const known = threads.get(key);
    if (known) known.push(event);
    else threads.set(key, [event]);
  }
  return [...threads.values()].flatMap((thread) => tasksOfThread(thread, (event) => belongs(event, frames, isOurs)));
}

function tasksOfThread(events: TraceEvent[], isWanted: (event: TraceEvent) => boolean): number[] {
  const found: number[] = [];
  // A task comes before what happens in it; of two that begin together the longer one is the outer.
  events.sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  let task: TraceEvent | null = null;
  let counted = false;
  for (const event of events) {
    const inside: boolean = task !== null && event.ts < task.ts + (task.dur ?? 0);
    if (!inside && TASK_NAMES.has(event.name)) {
      task = event;
      counted = false;
    } else if (inside && task !== null && !counted && isWanted(event)) {
      found.push((task.tdur ?? task.dur ?? 0) / 1000);
      counted = true;
    }
  }
  return found;
}

function belongs({ args }: TraceEvent, frames: ReadonlySet<string>, isOurs: (url: string) => boolean): boolean {
  const { frame, url } = args.data ?? {};
  return (frame !== undefined && frames.has(frame)) || (url !== undefined && isOurs(url));
}
