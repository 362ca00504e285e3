/** How much of an order of problems is open: from its beginning to all of it, in a straight line over the steps. */
import type { OpeningConfig } from '../../protocol/curriculum.ts';

/**
 * The linear competence of Platanios et al. (arXiv:1903.09848): c(t) = min(1, c_0 + (1 - c_0) t / T).
 * @param step from 1, in which the share is `start`
 * @param steps of the run
 * @returns in (0, 1]
 */
export function openShare(step: number, steps: number, { start, until }: OpeningConfig): number {
  const over = until * steps;
  return over <= step - 1 ? 1 : start + ((1 - start) * (step - 1)) / over;
}

/** So many of the problems: at least one. */
export function openCount(share: number, problems: number): number {
  return Math.max(1, Math.ceil(share * problems));
}
