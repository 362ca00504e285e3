/** What the tables of `run.sqlite` are in later formats beside those of the first: each has all that came before it. */
export const ADDITIONS = {
  /** Rewards were changed in the middle of the run. An older engine would go on with those it began with. */
  rewardVersions: {
    format: 2,
    tables: `
CREATE TABLE reward_versions (
  from_step INTEGER NOT NULL,
  reward TEXT NOT NULL,
  hash TEXT NOT NULL,
  entry TEXT NOT NULL,
  PRIMARY KEY (from_step, reward)
) STRICT, WITHOUT ROWID;
`,
  },
  /**
   * What reward functions took for the answers of completions, and what evaluations measured beside the accuracy. Answers are a few bytes
   * each: a row that named one in a table of texts would be no shorter.
   */
  answers: {
    format: 3,
    tables: `
CREATE TABLE extracted_answers (
  completion INTEGER NOT NULL,
  position INTEGER NOT NULL,
  answer TEXT,
  PRIMARY KEY (completion, position)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER answered_completion_removed AFTER DELETE ON completions BEGIN
  DELETE FROM extracted_answers WHERE completion = old.id;
END;

CREATE TABLE evaluation_measures (
  step INTEGER NOT NULL,
  split TEXT NOT NULL,
  position INTEGER NOT NULL,
  measure TEXT NOT NULL,
  value REAL NOT NULL,
  low REAL NOT NULL,
  high REAL NOT NULL,
  PRIMARY KEY (step, split, position)
) STRICT, WITHOUT ROWID;
`,
  },
} as const;

/** A part of the schema that a run does not have from its beginning. */
export type Addition = keyof typeof ADDITIONS;
