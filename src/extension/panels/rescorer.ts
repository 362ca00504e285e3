/** Scores what a run has stored with the reward files as the editor has them now. */
import type { Event } from '../common/event.ts';
import type { Scores, ScoreQuestion } from '../engine/engineQuestions.ts';

/** What is not saved is added to it. */
export type StoredQuestion = Omit<ScoreQuestion, 'unsaved'>;

export interface Rescorer {
  /** Whether the reward code that a run names may be run without asking. */
  available(runDir: string): boolean;
  /** Rejects with UserError where it cannot be done, with the reason to show. */
  score(question: StoredQuestion): Promise<Scores>;
  /** A file that may be reward code was saved, or, with Live Scores, typed in: its path. */
  readonly onDidEdit: Event<string>;
}
