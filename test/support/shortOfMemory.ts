/** A training whose step takes more memory with all rows at once than a limit leaves, and less with a part of them. */
import type { Changes } from './trainingProject.ts';

export const ROWS = 2048;

/**
 * All rows at once take far more than the limit, a quarter of them and a rollout do not: it would hold from 250 to 600 MB. Who looks at the
 * memory does so every 100 ms, and later where others have the cores: one pass over the rows is over too soon.
 */
export const changes: Changes = {
  training: { steps: 2, problemsPerStep: 4, microBatch: ROWS, iterations: 6 },
  rollout: { groupSize: ROWS / 4, maxCompletionLength: 32, maxRows: 64 },
  evaluation: { every: 0 },
};

export const LIMIT_BYTES = 380e6;
