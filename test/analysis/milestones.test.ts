/** Promises: what a run ended with and what its best was is the same in a comparison as everywhere else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overviewOf } from '../../src/engine/analysis/compareRuns.ts';
import { runOutcome } from '../../src/engine/analysis/runOutcome.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { temporaryFolder } from '../run/samples.ts';
import { firstSolved, writeComparedRun } from '../support/comparedRuns.ts';

test('seeds that ended early count as they ended, and those that were stopped do not', () => {
  const folder = temporaryFolder();
  const readers = (
    [
      [10, 'finished'],
      [15, 'finished'],
      [20, 'stopped'],
      [5, 'stopped'],
    ] as const
  ).map(([end, status], index) => {
    const evaluations = { [end]: firstSolved(50, 100) };
    const experiment = { seed: index + 1, evaluation: { every: 5, stopEarly: { patience: 1 } } };
    const id = `20260101-120${index}00-aaaa`;
    return RunReader.open(writeComparedRun(folder, { id, evaluations, status, experiment }));
  });
  assert.deepEqual(
    overviewOf(readers).seedGroups.map(({ runs }) => runs),
    [['A', 'B', 'C']],
  );
  readers.forEach((reader) => reader.close());
});

test('the best is of the evaluations that the experiment asks for', () => {
  const evaluations = {
    0: firstSolved(10, 100),
    10: firstSolved(60, 100),
    13: firstSolved(90, 100),
    20: firstSolved(50, 100),
  };
  const reader = RunReader.open(writeComparedRun(temporaryFolder(), { id: '20260101-120000-aaaa', evaluations }));
  const { best, final, evaluations: chosenFrom } = overviewOf([reader]).runs[0] ?? assert.fail();
  assert.deepEqual([best?.step, final?.step, chosenFrom], [10, 20, 3]);
  assert.equal(runOutcome(reader).best?.evaluation.step, best?.step);
  reader.close();
});
