/** What a list of completions is filtered and sorted by, in SQL. */
import type { CompletionQuery } from '../../protocol/panels/outputsRequests.ts';
import { VISIBLE } from '../visible.ts';
import type { ProblemRange } from './problemPlace.ts';

/** A query with the problems of its task; null for those of all. */
export interface AskedCompletions extends CompletionQuery {
  readonly problems: ProblemRange | null;
}

export type Parameters = Readonly<Record<string, string | number>>;

export interface Condition {
  readonly sql: string;
  readonly parameters: Parameters;
}

/** Ties are in the order in which an index has them, so that it is walked no further than a page needs. */
export const COMPLETION_ORDERS: Readonly<Record<CompletionQuery['order'], string>> = {
  newest: 'c.step DESC, c.id DESC',
  oldest: 'c.step, c.id',
  lowestReward: 'c.reward NULLS LAST, c.step, c.id',
  highestReward: 'c.reward DESC NULLS LAST, c.step DESC, c.id DESC',
};

/**
 * On `completions c`. All of it is in each of the indexes, which may have to be walked to their end, but for the problem: a task's
 * completions are looked up one by one, and a page is soon full of them.
 */
export function filtersOf(asked: AskedCompletions): Condition {
  const { scope, step, upTo, problems, reward, stopReason, failed } = asked;
  const sql = [
    'c.purpose = :purpose AND c.split = :split',
    `c.step ${upTo ? '<=' : '='} :step AND c.${VISIBLE}`,
    ...(reward.from === null ? [] : ['c.reward >= :from']),
    ...(reward.to === null ? [] : ['c.reward <= :to']),
    ...(stopReason === null ? [] : ['c.stop_reason = :stopReason']),
    ...(failed ? ['c.errors > 0'] : []),
    ...(problems === null ? [] : ['c.problem >= :fromProblem AND c.problem < :toProblem']),
  ].join(' AND ');
  return {
    sql,
    parameters: {
      ...scope,
      step,
      ...(reward.from === null ? {} : { from: reward.from }),
      ...(reward.to === null ? {} : { to: reward.to }),
      ...(stopReason === null ? {} : { stopReason }),
      ...problems,
    },
  };
}

/** Completions in the query's order; the index is named because SQLite, which knows nothing of the run's size, would take another. */
export function orderedCompletions(query: Pick<CompletionQuery, 'order' | 'upTo' | 'failed'>): string {
  return `completions c INDEXED BY ${indexOf(query)}`;
}

function indexOf({ order, upTo, failed }: Pick<CompletionQuery, 'order' | 'upTo' | 'failed'>): string {
  // Those that failed are few, or if all did, soon sorted by reward.
  if (failed) return 'completions_failed';
  const byReward = order === 'lowestReward' || order === 'highestReward';
  return byReward && upTo ? 'completions_by_reward' : 'completions_by_step';
}
