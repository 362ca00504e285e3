/** What becomes of a run whose engine died without a word. Every window that sees it asks here, and one of them resumes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { resumeWait } from './resumePolicy.ts';
import { claimStart, readEnd, readEndpoint, readSession, readStarts, type Session } from './session.ts';

export interface Crash {
  readonly session: Session;
  /** How many starts of the session the window knew of while the engine lived; null where it never saw it alive. */
  readonly knownStarts: number | null;
  /** The run, where it may be resumed from here. */
  readonly runDir: string | null;
  readonly lastStep: (runDir: string) => Promise<number | null>;
  readonly waits: readonly number[];
}

export type AfterCrash =
  /** It is for a person to say what now; this window is to tell the others. */
  | { readonly kind: 'fail' }
  /** Another window has decided, and is about to resume it or to say that it does not. */
  | { readonly kind: 'follow'; readonly starts: number }
  /** This window is to resume it, after a wait of so many milliseconds. */
  | { readonly kind: 'resume'; readonly starts: number; readonly runDir: string; readonly wait: number };

/** A claim that is older and has led to no engine is of a window that is gone: the longest wait, and a slow start. */
const CLAIM_LIMIT_MS = 60_000;

export async function afterCrash({ session, knownStarts, runDir, lastStep, waits }: Crash): Promise<AfterCrash> {
  const starts = await readStarts(session);
  const claimed = knownStarts === null ? await isFreshClaim(session, starts.at(-1)?.at) : starts.length > knownStarts;
  if (claimed) return { kind: 'follow', starts: starts.length };
  const step = runDir === null ? null : await lastStep(runDir);
  const before = starts.map((start) => start.lastStep);
  // What is found dead was perhaps killed by the machine's last shutdown: opening a folder starts nothing by itself.
  const wait = knownStarts === null || runDir === null ? null : resumeWait(before, step, waits);
  const next = starts.length + 1;
  if (!(await claimStart(session, starts.length, step))) return { kind: 'follow', starts: next };
  return wait === null || runDir === null ? { kind: 'fail' } : { kind: 'resume', starts: next, runDir, wait };
}

/** Whether the newest claim, made at `at`, came after the dead engine had begun and is still to lead to another. */
async function isFreshClaim(session: Session, at: string | undefined): Promise<boolean> {
  const endpoint = await readEndpoint(session);
  if (at === undefined || endpoint === null) return false;
  // A claim from the future is of before the clock was set back.
  return Date.parse(at) > Date.parse(endpoint.startedAt) && Math.abs(Date.now() - Date.parse(at)) < CLAIM_LIMIT_MS;
}

/** Milliseconds between two looks at whether the user has stopped, in another window, what waits here. */
const LOOK_MS = 200;

/** Waits before a resume; false where another window has said meanwhile that the work has ended. Rejects when the signal aborts. */
export async function waitToResume(session: Session, ms: number, signal: AbortSignal): Promise<boolean> {
  const end = performance.now() + ms;
  for (;;) {
    const left = end - performance.now();
    await sleep(Math.max(0, Math.min(left, LOOK_MS)), undefined, { signal });
    if ((await readEnd(session)) !== null || (await readSession(session.dir)) === null) return false;
    if (left <= LOOK_MS) return true;
  }
}

/** Characters of an engine's last line that are worth a place in a notification. */
const MAX_LINE = 200;

/** Why an engine died, in half a sentence: how, and the last line that it printed. */
export function crashStory(cause: string, output: string): string {
  const line = output.split('\n').at(-1)?.trim() ?? '';
  return line === '' ? `${cause}.` : `${cause}. It printed last: ${line.slice(0, MAX_LINE)}`;
}
