/** What this window hears from the engine of a run, beside what is in its folder. */
import type { LiveState } from '../../engine/protocol/panels/dashboard.ts';
import type { Event } from '../common/event.ts';

export interface LiveRun {
  /** Where the engine of a run stands; null where this window talks to none that has work left. */
  stateOf(runDir: string): LiveState | null;
  /** It is another for the run in this folder; at most ten times a second for phases. */
  readonly onDidChange: Event<string>;
}
