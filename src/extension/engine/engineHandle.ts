/** What the rest of the host sees of an engine: where it stands, and what can be asked of it. */
import type { EngineEvent } from '../../engine/protocol/events.ts';
import type { EngineStatus, Job, LinkReply } from '../../engine/protocol/link.ts';
import type { Metrics } from '../../engine/protocol/metrics.ts';
import type { Event } from '../common/event.ts';

/** Where an engine stands, seen from this window. */
export type EngineState =
  | EngineStatus
  /** Its process is being started, or has not yet said who it is. */
  | { readonly state: 'starting' }
  /** Nothing is heard from it: it is being reached again, or it crashed and is about to be resumed. */
  | { readonly state: 'lost'; readonly reason: string };

export type PhaseEvent = Extract<EngineEvent, { event: 'phase' }>;

export interface StepSeen {
  readonly step: number;
  readonly metrics: Metrics;
}

/** How an engine's work ended. */
export interface EngineEnd {
  readonly outcome: 'finished' | 'stopped' | 'failed';
  /** Why it failed, for the user; null otherwise. */
  readonly message: string | null;
  /** Whether there is a run that goes on from its last complete step. */
  readonly resumable: boolean;
  /** It ended without saying so; what it printed, if anything, is in the handle's `outputFile`. */
  readonly crashed: boolean;
  /** It had ended before this window came to look. */
  readonly unseen: boolean;
}

/**
 * One piece of work of an engine: training or resuming a run, or an evaluation. A crash that is resumed by itself is still the same
 * work, though another process does it.
 */
export interface EngineHandle {
  /** Unique among the engines of this user, the same in every window and after a reload. */
  readonly id: string;
  readonly job: Job;
  readonly state: EngineState;
  /** The run's folder, as soon as there is one. */
  readonly runDir: string | null;
  /** The newest phase; null before the first and once the work has ended. */
  readonly phase: PhaseEvent | null;
  /** The newest step heard of, for the moment's display: what a run has done is read from its folder. */
  readonly lastStep: StepSeen | null;
  /** The warnings heard of, oldest first, without repetition. */
  readonly warnings: readonly string[];
  /** What the process itself prints: nothing, unless something is wrong. There as long as the work, and for a day after it failed. */
  readonly outputFile: string;
  /** Anything above has changed; at most ten times a second for steps and phases. */
  readonly onDidChange: Event<EngineHandle>;
  /** Resolves once, with how it ended; never where this window is closed before. Never rejects. */
  readonly ended: Promise<EngineEnd>;
  /**
   * Ends the work, whatever it is doing: asks, and after a moment kills. The state is `stopping` before this returns.
   * Resolves when nothing of it computes any more, which is within a second; what was done is resumable.
   */
  stop(): Promise<void>;
  /** Holds after the step under way. */
  pause(): void;
  /** Goes on after `pause`. */
  continue(): void;
  /**
   * Has the reward files, as they are saved now, score from the next step on. Rejects with UserError where they cannot be used, or
   * the engine is at none: then nothing has changed.
   */
  swapRewards(): Promise<SwappedRewards>;
}

/** What took over: the first step that is scored with it, and the names of the rewards whose code it is. */
export type SwappedRewards = Pick<Extract<LinkReply, { kind: 'swapRewards' }>, 'fromStep' | 'rewards'>;

/** Whether an engine has still to do with its work. */
export function isLive({ state }: Pick<EngineHandle, 'state'>): boolean {
  return state.state !== 'ended';
}
