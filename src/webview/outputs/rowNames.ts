/** What each kind of row of the lists is of, and whether it is what is read. */
import type { ChangeRow, CompletionRow, ProblemRow } from '../../engine/protocol/panels/outputs.ts';
import type { Selected } from './state.ts';

export type Row = ProblemRow | CompletionRow | ChangeRow;

export function problemOf(row: Row): number {
  return 'key' in row ? row.key.problem : row.problem;
}

/** @param atStep whether a problem may be in the list at several steps */
export function selectedOf(row: Row, atStep: boolean): Selected {
  if ('key' in row || 'most' in row) {
    const { problem, step, occurrence, round, sample } = 'key' in row ? row.key : row.most;
    return { chosen: true, problem, step, sample: { occurrence, round, sample } };
  }
  return { chosen: true, problem: row.problem, step: atStep ? row.step : null, sample: null };
}

export function isSame(row: Row, { problem, step, sample }: Selected, atStep: boolean): boolean {
  if ('most' in row) return row.problem === problem && row.step === step;
  if (!('key' in row)) return row.problem === problem && (!atStep || row.step === step);
  const { key } = row;
  return (
    key.problem === problem &&
    key.step === step &&
    key.occurrence === sample?.occurrence &&
    key.round === sample.round &&
    key.sample === sample.sample
  );
}
