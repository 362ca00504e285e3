/** Scores what a run has stored with the reward files as they are now. */
import type { Event } from '../common/event.ts';
import type { Scores, ScoreQuestion } from '../engine/serviceEngine.ts';

export interface Rescorer {
  /** Whether the reward code that a run names may be run without asking. */
  available(runDir: string): boolean;
  /** Rejects with UserError where it cannot be done, with the reason to show. */
  score(question: ScoreQuestion): Promise<Scores>;
  /** A file was saved that may be reward code: its path. */
  readonly onDidSave: Event<string>;
}
