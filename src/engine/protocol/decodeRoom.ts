/** How many rows are decoded at once: a group's prompt is cached once, and what its rows generate for each of them. */

export interface DecodeDemand {
  /** Prompts with completions to generate. */
  readonly groups: number;
  readonly completions: number;
  /** At most at once. */
  readonly maxRows: number;
  /** Bytes of the longest prompt's keys and values. */
  readonly promptBytes: number;
  /** Bytes of the longest completion's. */
  readonly completionBytes: number;
  /** Bytes that all of them may take. */
  readonly maxBytes: number;
}

/** What is in the cache at once. */
export interface DecodeRoom {
  readonly rows: number;
  /** At most. */
  readonly prompts: number;
  /** While the rows of a group end at about the same time. */
  readonly usualPrompts: number;
}

/**
 * As many rows as asked for, as there are and as the memory holds, at least one; then as many prompts as the rest of the memory holds. So
 * many rows need the prompts of whole groups and one more, for one that ends while the next begins; more of them let new groups begin
 * while single rows of old ones go on.
 */
export function decodeRoom(demand: DecodeDemand): DecodeRoom {
  const { groups, completions, maxRows, promptBytes, completionBytes, maxBytes } = demand;
  const groupSize = Math.max(1, Math.floor(completions / Math.max(1, groups)));
  const most = (rows: number): number => Math.max(1, Math.min(groups, rows));
  const needed = (rows: number): number => Math.min(most(rows), Math.ceil(rows / groupSize) + 1);
  let rows = Math.max(1, Math.min(maxRows, completions));
  while (rows > 1 && needed(rows) * promptBytes + rows * completionBytes > maxBytes) rows--;
  const fitting = Math.floor((maxBytes - rows * completionBytes) / promptBytes);
  const usualPrompts = needed(rows);
  return { rows, prompts: Math.min(most(rows), Math.max(usualPrompts, fitting)), usualPrompts };
}
