/** A group: all completions of a problem at a step, as they are read. */
import type { DatabaseSync } from 'node:sqlite';
import {
  PAGE_SIZE,
  SHOWN_LENGTH,
  type GroupCompletion,
  type GroupPage,
  type TokenHeat,
} from '../../protocol/panels/outputs.ts';
import type { ContentQuery, GroupQuery, Heat } from '../../protocol/panels/outputsRequests.ts';
import type { CompletionRecord } from '../../protocol/run.ts';
import { isPutAside } from '../../protocol/screening.ts';
import { COMPLETION_COLUMNS, COMPLETION_ROWS, CompletionReader } from '../completionRows.ts';
import type { RunReader } from '../reader.ts';
import { integer, nullable, text } from '../rows.ts';
import { VISIBLE } from '../visible.ts';
import { cutText } from './cutText.ts';
import { problemPlace } from './problemPlace.ts';

/** A page of the completions of a problem's latest group up to a step, in the order of their keys; null where there is none. */
export function readGroupPage(reader: RunReader, query: GroupQuery): GroupPage | null {
  return reader.query((db) => {
    const { scope, problem, heat, page } = query;
    const parameters = { purpose: scope.purpose, split: scope.split, problem };
    const found = db
      .prepare(
        `SELECT step, samples FROM groups WHERE purpose = :purpose AND split = :split AND problem = :problem
         AND step <= :step AND ${VISIBLE} ORDER BY step DESC LIMIT 1`,
      )
      .get({ ...parameters, step: query.step });
    if (found === undefined) return null;
    const step = integer(found, 'step');
    const group = { ...parameters, step };
    const completions = new CompletionReader(db);
    const rows = db
      .prepare(
        `SELECT ${COMPLETION_COLUMNS} FROM ${COMPLETION_ROWS}
         WHERE c.step = :step AND c.purpose = :purpose AND c.split = :split AND c.problem = :problem
         ORDER BY c.occurrence, c.round, c.sample LIMIT :limit OFFSET :offset`,
      )
      .all({ ...group, limit: PAGE_SIZE, offset: page * PAGE_SIZE });
    const prompt = db.prepare('SELECT prompt FROM problems WHERE split = ? AND problem = ?').get(scope.split, problem);
    const total = integer(found, 'samples');
    return {
      step,
      place: problemPlace(reader.manifest, problem),
      prompt: prompt === undefined ? '' : text(prompt, 'prompt'),
      completions: rows.map((row) => groupCompletion(completions.read(row), heat, SHOWN_LENGTH)),
      total,
      putAside: scope.purpose === 'rollout' && isPutAside(total, reader.experiment()),
      ratioDiffers: rows.some((row) => row['sampled_logprobs'] !== null),
      ...neighbours(db, group),
    };
  });
}

/** All of one completion, however long; null where it is not there. */
export function readContent(reader: RunReader, { scope, key, heat }: ContentQuery): GroupCompletion | null {
  const record = reader.completion(scope.purpose, scope.split, key);
  return record === null ? null : groupCompletion(record, heat, Infinity);
}

/** Where else the problem was tried. */
function neighbours(
  db: DatabaseSync,
  group: { readonly purpose: string; readonly split: string; readonly problem: number; readonly step: number },
): Pick<GroupPage, 'previousStep' | 'nextStep' | 'firstSolved'> {
  const tried = `FROM groups WHERE purpose = :purpose AND split = :split AND problem = :problem AND ${VISIBLE}`;
  const row = db
    .prepare(
      `SELECT (SELECT max(step) ${tried} AND step < :step) AS previous, (SELECT min(step) ${tried} AND step > :step) AS next,
         (SELECT min(step) ${tried} AND solved > 0) AS solved`,
    )
    .get(group);
  const stepOf = (column: string): number | null => nullable(integer, row ?? {}, column);
  return { previousStep: stepOf('previous'), nextStep: stepOf('next'), firstSolved: stepOf('solved') };
}

function groupCompletion(record: CompletionRecord, heat: Heat, limit: number): GroupCompletion {
  const shown = cutText(record.text, limit);
  return {
    key: record.key,
    text: shown,
    textLength: record.text.length,
    length: record.tokens.length,
    stopReason: record.stopReason,
    rewards: record.rewards,
    reward: record.reward,
    advantage: record.advantage,
    heat: heat === 'none' ? null : tokenHeat(record, heat, shown.length),
  };
}

/** Of the tokens that lie in the first `length` UTF-16 units. */
function tokenHeat(record: CompletionRecord, heat: Exclude<Heat, 'none'>, length: number): TokenHeat {
  const beyond = record.tokenEnds.findIndex((end) => end > length);
  const ends = beyond === -1 ? record.tokenEnds : record.tokenEnds.slice(0, beyond);
  return { ends, values: heatValues(record, heat).slice(0, ends.length) };
}

/** `ratio` is the probability that the policy gives a token over that with which it was drawn, after penalty and truncation. */
function heatValues(
  { logprobs, sampledLogprobs, entropies }: CompletionRecord,
  heat: Exclude<Heat, 'none'>,
): Float32Array {
  switch (heat) {
    case 'logprob':
      return logprobs;
    case 'entropy':
      return entropies;
    case 'ratio':
      return logprobs.map((logprob, token) => Math.exp(logprob - (sampledLogprobs[token] ?? NaN)));
    default:
      // The run keeps no such values: they are those of a replay.
      return logprobs.map(() => NaN);
  }
}
