import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { completionOrders } from '../../protocol/panels/outputsRequests.ts';
import { text } from '../rows.ts';
import { createSchema } from '../schema.ts';
import { COMPLETION_ORDERS, filtersOf, orderedCompletions, type AskedCompletions } from './completionFilters.ts';

const everything: AskedCompletions = {
  scope: { purpose: 'rollout', split: 'train' },
  step: 100,
  upTo: true,
  words: '',
  reward: { from: null, to: null },
  stopReason: null,
  failed: false,
  order: 'newest',
  page: 0,
  problems: null,
};

/** How SQLite goes about a list, line by line. */
function planOf(query: AskedCompletions): string[] {
  const db = new DatabaseSync(':memory:');
  try {
    createSchema(db);
    const { sql, parameters } = filtersOf(query);
    const select = `SELECT c.id FROM ${orderedCompletions(query)} WHERE ${sql} ORDER BY ${COMPLETION_ORDERS[query.order]}`;
    return db
      .prepare(`EXPLAIN QUERY PLAN ${select}`)
      .all(parameters)
      .map((row) => text(row, 'detail'));
  } finally {
    db.close();
  }
}

test('no order of all completions is sorted: an index has it, but for the few that are alike in all else', () => {
  for (const order of completionOrders) {
    const plan = planOf({ ...everything, order });
    assert.ok(!plan.some((line) => /B-TREE FOR (?!LAST TERM )/.test(line)), `${order}: ${plan.join('; ')}`);
  }
});

test('what is filtered by stands in the index that is walked', () => {
  for (const order of completionOrders)
    for (const failed of [false, true]) {
      const [plan] = planOf({ ...everything, order, failed, stopReason: 'eos', reward: { from: 0, to: 1 } });
      assert.match(plan ?? '', /USING COVERING INDEX/, order);
    }
});

test('a task walks the same index as all of them', () => {
  for (const order of completionOrders) {
    const plan = planOf({ ...everything, order, problems: { fromProblem: 10, toProblem: 20 } });
    assert.ok(!plan.some((line) => /B-TREE FOR (?!LAST TERM )/.test(line)), `${order}: ${plan.join('; ')}`);
    assert.match(plan[0] ?? '', /USING INDEX completions_by_/, order);
  }
});
