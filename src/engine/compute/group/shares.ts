/**
 * How a request is divided into shares, each of which somebody else may answer. What a share is follows from the request and the number of shares
 * alone, never from who is there to answer: so its answer, and the sum of all in their order, are the same bytes whoever gives it.
 */
import { sharedPrompts, type SequenceRow } from '../../grpo/sharedPrompts.ts';
import type { GenerateRequest } from '../../protocol/compute.ts';

/**
 * Cuts a list into at most `count` runs of about equal cost, in order; none of them is empty.
 * @param costs of its entries
 * @returns their indices
 */
export function divide(costs: readonly number[], count: number): number[][] {
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  const shares = new Map<number, number[]>();
  let before = 0;
  for (const [index, cost] of costs.entries()) {
    // By where its middle lies. Of costs that are all 0 it is nowhere.
    const place = total === 0 ? 0 : Math.min(count - 1, Math.floor(((before + cost / 2) / total) * count));
    const share = shares.get(place) ?? [];
    shares.set(place, share);
    share.push(index);
    before += cost;
  }
  return [...shares.values()];
}

export interface GenerateShare {
  readonly request: GenerateRequest;
  /** Place of each of its groups in the whole request. */
  readonly groups: readonly number[];
}

/**
 * By completions. Nothing is kept of the prompts: who answers the next request may be another, and what is prefilled in other company is rounded
 * otherwise.
 */
export function generateShares(request: GenerateRequest, count: number): GenerateShare[] {
  const costs = request.groups.map(({ keys }) => keys.length);
  return divide(costs, count).map((groups) => ({
    request: { ...request, keepPrompts: false, groups: groups.flatMap((index) => request.groups[index] ?? []) },
    groups,
  }));
}

/** Indices of the rows of each share, by tokens. The rows of a prompt stay together: it is computed once for all of them. */
export function rowShares(rows: readonly SequenceRow[], count: number): number[][] {
  const prompts = sharedPrompts(rows);
  const costs = prompts.map(({ prompt, rows: own }) =>
    own.reduce((sum, row) => sum + (rows[row]?.tokens.length ?? 0), prompt.length),
  );
  return divide(costs, count).map((share) => share.flatMap((index) => prompts[index]?.rows ?? []));
}
