/** Whether an engine that crashed is started again by itself. */

/**
 * Milliseconds before each attempt: the first is for what does not happen twice in a row, the later ones leave time to whatever took
 * the memory or filled the disk.
 */
export const RESUME_WAITS_MS: readonly number[] = [1000, 5000, 25_000];

/**
 * Milliseconds to wait before the run is resumed; null where it is not: what crashes twice at one step would do so for ever, and a
 * run that crashes again and again is for a person to look at.
 * @param starts the newest step of the run (null: none yet) each time an engine began to work on it, the first start included
 * @param lastStep its newest step now
 */
export function resumeWait(
  starts: readonly (number | null)[],
  lastStep: number | null,
  waits: readonly number[] = RESUME_WAITS_MS,
): number | null {
  // Step 0 is the evaluation before the first step.
  const progressed = (lastStep ?? 0) > (starts.at(-1) ?? 0);
  return progressed ? (waits[starts.length - 1] ?? null) : null;
}
