/** Which completions a list has, found in whatever way is quick among hundreds of thousands. */
import type { DatabaseSync } from 'node:sqlite';
import { MAX_COUNTED, PAGE_SIZE } from '../../protocol/panels/outputs.ts';
import { integer, nullable, type Row } from '../rows.ts';
import { VISIBLE } from '../visible.ts';
import {
  COMPLETION_ORDERS,
  filtersOf,
  orderedCompletions,
  type AskedCompletions,
  type Condition,
  type Parameters,
} from './completionFilters.ts';

export interface FoundCompletions {
  /** Those of the page, in order. */
  readonly ids: readonly number[];
  /** Of all pages; told up to `MAX_COUNTED`. */
  readonly total: number;
}

export interface Search {
  /** From `toMatchExpression`. */
  readonly expression: string;
  /** It is of whole words, and more than `MAX_COUNTED` completions have them, be it within the filters or not. */
  readonly frequent: boolean;
}

/** Completions whose words are looked up one by one, which takes 25 to 100 µs each. */
const MAX_LOOKED_UP = 1000;

/** All that pass the filters. */
export function filteredIds(db: DatabaseSync, query: AskedCompletions): FoundCompletions {
  const limit = limitOf(query);
  return pageOf(orderedIds(db, query, limit), query, limit);
}

/** Whether more than `MAX_COUNTED` completions have the words of an expression, in whatever scope. */
export function isFrequent(db: DatabaseSync, expression: string): boolean {
  const having = 'SELECT 1 FROM completion_text WHERE completion_text MATCH ?';
  const row = db.prepare(`SELECT count(*) AS found FROM (${having} LIMIT ${MAX_COUNTED + 1})`).get(expression);
  return integer(row ?? {}, 'found') > MAX_COUNTED;
}

/**
 * Those that have the words. The full-text index gives completions in the order in which they were written, and what is seldom found
 * is soon sorted otherwise. In any other order of what is often found, the completions are walked instead, until a page is full.
 */
export function matchingIds(db: DatabaseSync, query: AskedCompletions, search: Search): FoundCompletions {
  const sorts = !inOrderOfWriting(query);
  if (search.frequent) {
    const first = orderedIds(db, query, MAX_LOOKED_UP);
    if (first.length < MAX_LOOKED_UP) return pageOf(havingWords(db, first, search, Infinity), query, Infinity);
    const end = (query.page + 1) * PAGE_SIZE;
    const found = sorts ? havingWords(db, first, search, end) : [];
    // Not full where the words are rarer than they seemed, or have to do with the order: with low rewards, say.
    if (found.length === end) return { ids: found.slice(-PAGE_SIZE), total: countMatching(db, query, search) };
  }
  const limit = limitOf(query);
  const walks = sorts && isFrequent(db, search.expression);
  return pageOf((walks ? idsAmongWords : idsFromWords)(db, query, search, limit), query, limit);
}

/** Rollouts are written in the order of their steps; an evaluation may come late. */
function inOrderOfWriting({ scope, order }: AskedCompletions): boolean {
  return scope.purpose === 'rollout' && (order === 'newest' || order === 'oldest');
}

/** One more than is told, or all up to the page's end. One walk finds the page and counts: a beginning is merged anew for each. */
function limitOf({ page }: AskedCompletions): number {
  return Math.max(MAX_COUNTED + 1, (page + 1) * PAGE_SIZE);
}

function pageOf(ids: readonly number[], { page }: AskedCompletions, limit: number): FoundCompletions {
  return {
    ids: ids.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE),
    total: ids.length < limit ? ids.length : MAX_COUNTED + 1,
  };
}

function orderedIds(db: DatabaseSync, query: AskedCompletions, limit: number, also?: Condition): number[] {
  const { sql, parameters } = filtersOf(query);
  return idsOf(
    db,
    `SELECT c.id FROM ${orderedCompletions(query)} WHERE ${sql} AND ${also?.sql ?? 'TRUE'}
     ORDER BY ${COMPLETION_ORDERS[query.order]}`,
    { ...parameters, ...also?.parameters },
    limit,
  );
}

/** From the completions to the words: SQLite makes a set of all that have them, so that none is looked up by itself. */
function idsAmongWords(db: DatabaseSync, query: AskedCompletions, { expression }: Search, limit: number): number[] {
  const sql = 'c.id IN (SELECT rowid FROM completion_text WHERE completion_text MATCH :expression)';
  return orderedIds(db, query, limit, { sql, parameters: { expression } });
}

/** From the full-text index to the completions: in its own order it stops when there are enough. */
function idsFromWords(db: DatabaseSync, query: AskedCompletions, search: Search, limit: number): number[] {
  const { sql, parameters } = matches(db, query, search);
  const order = inOrderOfWriting(query)
    ? `f.rowid ${query.order === 'newest' ? 'DESC' : 'ASC'}`
    : COMPLETION_ORDERS[query.order];
  return idsOf(db, `SELECT c.id FROM ${sql} ORDER BY ${order}`, parameters, limit);
}

function countMatching(db: DatabaseSync, query: AskedCompletions, search: Search): number {
  const { sql, parameters } = matches(db, query, search);
  const row = db
    .prepare(`SELECT count(*) AS total FROM (SELECT 1 FROM ${sql} LIMIT ${MAX_COUNTED + 1})`)
    .get(parameters);
  return integer(row ?? {}, 'total');
}

/** CROSS JOIN: the other way round, every completion would be looked up in the index. */
function matches(db: DatabaseSync, query: AskedCompletions, { expression }: Search): Condition {
  const filters = filtersOf(query);
  const bounds = boundsOf(db, query);
  return {
    sql: `completion_text f CROSS JOIN completions c ON c.id = f.rowid
      WHERE f.completion_text MATCH :expression AND ${bounds.sql} AND ${filters.sql}`,
    parameters: { ...filters.parameters, ...bounds.parameters, expression },
  };
}

/**
 * The ids between which the range's completions lie, so that the index is not walked through all other steps. An evaluation may come
 * late, and is bounded only by a step of its own.
 */
function boundsOf(db: DatabaseSync, { scope, step, upTo }: AskedCompletions): Condition {
  if (upTo && scope.purpose === 'evaluation') return { sql: 'TRUE', parameters: {} };
  // Named, because SQLite would walk the table for its smallest id.
  const at = `FROM completions INDEXED BY completions_by_step WHERE purpose = :purpose AND split = :split AND step =`;
  // Visible, because hidden steps may have been written before those that are now before them.
  const newest = `(SELECT max(step) FROM groups WHERE purpose = :purpose AND split = :split AND step <= :step AND ${VISIBLE})`;
  const row = db
    .prepare(`SELECT (SELECT min(id) ${at} :step) AS first, (SELECT max(id) ${at} ${newest}) AS last`)
    .get({ ...scope, step });
  const last = nullable(integer, row ?? {}, 'last') ?? 0;
  const first = upTo ? 0 : (nullable(integer, row ?? {}, 'first') ?? 0);
  return {
    // Cast, because numbers come to SQLite as floating point, and FTS5 takes no notice of a bound that is no integer.
    sql: 'f.rowid BETWEEN CAST(:firstId AS INTEGER) AND CAST(:lastId AS INTEGER)',
    parameters: { firstId: first, lastId: last },
  };
}

/** The first `limit` of the ids whose completions have the words. */
function havingWords(db: DatabaseSync, ids: readonly number[], { expression }: Search, limit: number): number[] {
  // Cast for the same reason as above.
  const has = db.prepare('SELECT 1 FROM completion_text WHERE completion_text MATCH ? AND rowid = CAST(? AS INTEGER)');
  const found: number[] = [];
  for (const id of ids) {
    if (found.length === limit) break;
    if (has.get(expression, id) !== undefined) found.push(id);
  }
  return found;
}

function idsOf(db: DatabaseSync, sql: string, parameters: Parameters, limit: number): number[] {
  const rows: Row[] = db.prepare(`${sql} LIMIT :limit`).all({ ...parameters, limit });
  return rows.map((row) => integer(row, 'id'));
}
