/** Lists of problems with what became of them. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { PAGE_SIZE, type ProblemPage, type ProblemRow } from '../../protocol/panels/outputs.ts';
import type { OutputScope, ProblemQuery } from '../../protocol/panels/outputsRequests.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import { isPutAside } from '../../protocol/screening.ts';
import type { RunTasks } from '../../protocol/tasks.ts';
import { parseJsonObject } from '../manifest.ts';
import type { RunReader } from '../reader.ts';
import { integer, nullable, number, text, type Row } from '../rows.ts';
import { VISIBLE } from '../visible.ts';
import { mergeHistory } from './history.ts';
import { problemPlace, problemRange } from './problemPlace.ts';
import { problemTitle } from './problemTitle.ts';

const STATES: Readonly<Record<ProblemQuery['state'], string>> = {
  all: 'TRUE',
  unsolved: 'solved = 0',
  mixed: 'solved > 0 AND solved < samples',
  solved: 'solved = samples',
  errors: 'errors > 0',
  truncated: 'truncated > 0',
};

const MEAN = 'reward / nullif(scored, 0)';

/** Ties are in the dataset's order. */
const ORDERS: Readonly<Record<ProblemQuery['order'], string>> = {
  dataset: '',
  leastSolved: 'CAST(solved AS REAL) / samples, ',
  lowestReward: `${MEAN} NULLS LAST, `,
  highestReward: `${MEAN} DESC NULLS LAST, `,
  newlySolved: `(SELECT min(f.step) FROM groups f WHERE f.purpose = :purpose AND f.split = :split AND f.problem = g.problem
    AND f.solved > 0 AND f.${VISIBLE}) DESC NULLS LAST, `,
};

/** A page of problems, each with its latest group in the query's range. */
export function readProblemPage(reader: RunReader, query: ProblemQuery): ProblemPage {
  return reader.query((db) => {
    const { scope, step } = query;
    const asked = { purpose: scope.purpose, split: scope.split };
    const range = problemRange(reader.manifest, query.task);
    const parameters =
      query.among === undefined ? { ...asked, step, ...range } : { ...asked, among: JSON.stringify(query.among) };
    const groups = `(${groupsIn(query, range !== null)}) g WHERE ${query.among === undefined ? STATES[query.state] : 'TRUE'}`;
    const { total } = db.prepare(`SELECT count(*) AS total FROM ${groups}`).get(parameters) ?? {};
    const rows = db
      .prepare(`SELECT * FROM ${groups} ORDER BY ${ORDERS[query.order]}problem, step DESC LIMIT :limit OFFSET :offset`)
      .all({ ...parameters, limit: PAGE_SIZE, offset: query.page * PAGE_SIZE });
    const problems = new ProblemReader(db, scope, reader.manifest, reader.experiment());
    return { rows: rows.map((row) => problems.read(row)), total: integer({ total: total ?? null }, 'total') };
  });
}

/** CROSS JOIN looks each of them up, where the groups of a long run would be walked. */
const NAMED_GROUPS = `SELECT g.step, g.problem, samples, scored, solved, reward, errors, truncated
  FROM json_each(:among) named CROSS JOIN groups g ON g.purpose = :purpose AND g.split = :split
  AND g.problem = named.value ->> 'problem' AND g.step = named.value ->> 'step' AND g.${VISIBLE}`;

function groupsIn({ upTo, among }: ProblemQuery, ofTask: boolean): string {
  if (among !== undefined) return NAMED_GROUPS;
  const columns = 'problem, samples, scored, solved, reward, errors, truncated';
  const scope = `FROM groups WHERE purpose = :purpose AND split = :split${ofTask ? ' AND problem >= :fromProblem AND problem < :toProblem' : ''}`;
  // The plus keeps SQLite from the index of steps: as they lie, rows of a problem follow each other and need no sorting.
  // With max(), SQLite takes the other columns from the row that has it (https://www.sqlite.org/lang_select.html#bareagg).
  return upTo
    ? `SELECT max(step) AS step, ${columns} ${scope} AND +step <= :step AND +${VISIBLE} GROUP BY problem`
    : `SELECT step, ${columns} ${scope} AND step = :step AND ${VISIBLE}`;
}

/** Reads a group with its problem. */
class ProblemReader {
  readonly #scope: OutputScope;
  readonly #manifest: RunTasks;
  readonly #experiment: Experiment;
  readonly #problem: StatementSync;
  readonly #history: StatementSync;

  constructor(db: DatabaseSync, scope: OutputScope, manifest: RunTasks, experiment: Experiment) {
    this.#scope = scope;
    this.#manifest = manifest;
    this.#experiment = experiment;
    this.#problem = db.prepare('SELECT prompt, columns FROM problems WHERE split = ? AND problem = ?');
    this.#history = db.prepare(
      `SELECT step, solved, samples FROM groups WHERE purpose = ? AND split = ? AND problem = ? AND ${VISIBLE} ORDER BY step`,
    );
  }

  read(row: Row): ProblemRow {
    const { purpose, split } = this.#scope;
    const problem = integer(row, 'problem');
    const found = this.#problem.get(split, problem);
    const [samples, scored] = [integer(row, 'samples'), integer(row, 'scored')];
    const history = this.#history.all(purpose, split, problem).map((group) => ({
      from: integer(group, 'step'),
      to: integer(group, 'step'),
      solved: integer(group, 'solved'),
      samples: integer(group, 'samples'),
    }));
    return {
      problem,
      place: problemPlace(this.#manifest, problem),
      title: found === undefined ? '' : problemTitle(text(found, 'prompt'), parseJsonObject(text(found, 'columns'))),
      step: integer(row, 'step'),
      samples,
      scored,
      solved: integer(row, 'solved'),
      putAside: purpose === 'rollout' && isPutAside(samples, this.#experiment),
      reward: scored === 0 ? null : (nullable(number, row, 'reward') ?? 0) / scored,
      errors: integer(row, 'errors'),
      truncated: integer(row, 'truncated'),
      firstSolved: history.find(({ solved }) => solved > 0)?.from ?? null,
      history: mergeHistory(history),
    };
  }
}
