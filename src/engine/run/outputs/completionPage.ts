/** Lists of completions: searched, filtered and sorted. */
import type { DatabaseSync } from 'node:sqlite';
import {
  MAX_COUNTED,
  PAGE_SIZE,
  type CompletionPage,
  type CompletionQuery,
  type CompletionRow,
  type SnippetPart,
} from '../../protocol/panels/outputs.ts';
import { completionKey, STOP_REASONS } from '../completionRows.ts';
import type { RunReader } from '../reader.ts';
import { integer, nullable, number, text, word, type Row } from '../rows.ts';
import { toMatchExpression } from '../search.ts';
import { LAST_STEP } from './scopes.ts';
import { opening, snippets } from './snippets.ts';

type Parameters = Record<string, string | number>;

interface Condition {
  readonly sql: string;
  readonly parameters: Parameters;
}

const COLUMNS = 'c.id, c.step, c.problem, c.occurrence, c.round, c.sample, c.reward, c.stop_reason, c.errors, c.length';

/**
 * A page of completions. Ids ascend as completions were written, so the newest first is the order in which the full-text index gives
 * them: it stops after a page, however many there are. Every other order walks all that match, in short rows.
 */
export function readCompletionPage(reader: RunReader, query: CompletionQuery): CompletionPage {
  return reader.query((db) => {
    if (query.words.trim() === '') return readFiltered(db, query);
    const expression = expressionOf(db, query.words);
    return expression === null ? { rows: [], total: 0 } : readMatching(db, query, expression);
  });
}

/**
 * The last word may be the beginning of one while it is typed, which takes 100 ms to look up among 500,000 completions. A word that
 * is found often by itself is taken as it is.
 */
function expressionOf(db: DatabaseSync, words: string): string | null {
  const whole = toMatchExpression(words, { beginnings: false });
  if (whole === null) return null;
  const found = count(db, 'completion_text WHERE completion_text MATCH :whole', { whole });
  return found > MAX_COUNTED ? whole : toMatchExpression(words);
}

function readFiltered(db: DatabaseSync, query: CompletionQuery): CompletionPage {
  const { sql, parameters } = filters(query);
  const order = { newest: 'c.step DESC, c.id DESC', oldest: 'c.step, c.id', ...byReward('c.step DESC, c.id DESC') };
  return readPage(db, query, `completions c WHERE ${sql}`, order[query.order], parameters, (texts) =>
    texts.map(opening),
  );
}

function readMatching(db: DatabaseSync, query: CompletionQuery, expression: string): CompletionPage {
  const filter = filters(query);
  const ids = idsOf(db, query);
  // From the index to the completions: the other way round every completion would be looked up in the index.
  const from = `completion_text f CROSS JOIN completions c ON c.id = f.rowid
    WHERE f.completion_text MATCH :expression AND ${ids.sql} AND ${filter.sql}`;
  const order = { newest: 'f.rowid DESC', oldest: 'f.rowid', ...byReward('f.rowid DESC') };
  const parameters = { ...filter.parameters, ...ids.parameters, expression };
  return readPage(db, query, from, order[query.order], parameters, (texts) => snippets(texts, expression));
}

function readPage(
  db: DatabaseSync,
  { page }: CompletionQuery,
  from: string,
  order: string,
  parameters: Parameters,
  snippetsOf: (texts: readonly string[]) => readonly (readonly SnippetPart[])[],
): CompletionPage {
  const offset = page * PAGE_SIZE;
  const rows = db
    .prepare(`SELECT ${COLUMNS} FROM ${from} ORDER BY ${order} LIMIT :limit OFFSET :offset`)
    .all({ ...parameters, limit: PAGE_SIZE, offset });
  const content = db.prepare('SELECT text FROM contents WHERE id = ?');
  const parts = snippetsOf(rows.map((row) => text(content.get(integer(row, 'id')) ?? {}, 'text')));
  return {
    rows: rows.map((row, index) => completionRow(row, parts[index] ?? [])),
    // A page that is not full is the last one.
    total:
      rows.length < PAGE_SIZE && (rows.length > 0 || page === 0) ? offset + rows.length : count(db, from, parameters),
  };
}

function byReward(then: string): Record<'lowestReward' | 'highestReward', string> {
  return {
    lowestReward: `c.reward NULLS LAST, ${then}`,
    highestReward: `c.reward DESC NULLS LAST, ${then}`,
  };
}

function count(db: DatabaseSync, from: string, parameters: Parameters): number {
  const row = db
    .prepare(`SELECT count(*) AS total FROM (SELECT 1 FROM ${from} LIMIT ${MAX_COUNTED + 1})`)
    .get(parameters);
  return integer(row ?? {}, 'total');
}

/** All of it is in the index `completions_by_step`. */
function filters({ scope, step, upTo, reward, stopReason, failed }: CompletionQuery): Condition {
  const sql = [
    'c.purpose = :purpose AND c.split = :split',
    `c.step ${upTo ? '<=' : '='} :step AND c.step <= ${LAST_STEP}`,
    ...(reward.from === null ? [] : ['c.reward >= :from']),
    ...(reward.to === null ? [] : ['c.reward <= :to']),
    ...(stopReason === null ? [] : ['c.stop_reason = :stopReason']),
    ...(failed ? ['c.errors > 0'] : []),
  ].join(' AND ');
  const parameters: Parameters = { purpose: scope.purpose, split: scope.split, step };
  if (reward.from !== null) parameters['from'] = reward.from;
  if (reward.to !== null) parameters['to'] = reward.to;
  if (stopReason !== null) parameters['stopReason'] = stopReason;
  return { sql, parameters };
}

/**
 * The ids between which the range's completions lie, so that the index is not walked through all later steps. Rollouts are written in
 * the order of steps; an evaluation may come late, and is bounded only by a step of its own.
 */
function idsOf(db: DatabaseSync, { scope, step, upTo }: CompletionQuery): Condition {
  if (upTo && scope.purpose === 'evaluation') return { sql: 'TRUE', parameters: {} };
  // Named, because SQLite would walk the table for its smallest id.
  const at = `FROM completions INDEXED BY completions_by_step WHERE purpose = :purpose AND split = :split AND step =`;
  const newest = `(SELECT max(step) FROM groups WHERE purpose = :purpose AND split = :split AND step <= :step)`;
  const row = db
    .prepare(`SELECT (SELECT min(id) ${at} :step) AS first, (SELECT max(id) ${at} ${newest}) AS last`)
    .get({ purpose: scope.purpose, split: scope.split, step });
  const last = nullable(integer, row ?? {}, 'last') ?? 0;
  const first = upTo ? 0 : (nullable(integer, row ?? {}, 'first') ?? 0);
  return { sql: 'f.rowid BETWEEN :firstId AND :lastId', parameters: { firstId: first, lastId: last } };
}

function completionRow(row: Row, snippet: readonly SnippetPart[]): CompletionRow {
  return {
    key: completionKey(row),
    snippet,
    reward: nullable(number, row, 'reward'),
    stopReason: word(row, 'stop_reason', STOP_REASONS),
    errors: integer(row, 'errors'),
    length: integer(row, 'length'),
  };
}
