/** What an engine is asked about each of two versions that are compared. */
import type { RewardVersion, StoredGroup, UnsavedFile } from '../../engine/protocol/scoring.ts';
import type { ScoreQuestion, Scores } from '../engine/engineQuestions.ts';

/** Rejects with UserError where it cannot be done, or a newer comparison has taken its place. */
export type Score = (question: ScoreQuestion) => Promise<Scores>;

/** Completions of a sample that stands for a run. */
export const MAX_COMPARED_COMPLETIONS = 10_000;

export interface ComparedVersion {
  readonly runDir: string;
  readonly groups: StoredGroup[];
  readonly version: RewardVersion;
  /** Texts that stand for files on the disk. */
  readonly unsaved: readonly UnsavedFile[];
}

export function comparedQuestion({ runDir, groups, version, unsaved }: ComparedVersion): ScoreQuestion {
  return { ...version, unsaved: [...unsaved], live: false, compares: true, of: { kind: 'stored', runDir, groups } };
}
