import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recipeRun, recipeTable, usualBaseline } from '../../src/engine/analysis/compare/recipeTable.ts';
import type { RecipeTable } from '../../src/engine/protocol/recipeTable.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { firstSolved, writeComparedRun, type ComparedRunOptions } from '../support/comparedRuns.ts';
import { temporaryFolder } from '../run/samples.ts';

/** One run of a learning rate and seed, that solved the first so many of 200 problems. */
function run(rate: number, seed: number, solved: number, changes: Partial<ComparedRunOptions> = {}) {
  return {
    evaluations: { 0: firstSolved(20, 200), 20: firstSolved(solved, 200) },
    ...changes,
    experiment: { seed, optimizer: { learningRate: rate }, ...changes.experiment },
  };
}

function tableOf(options: readonly Omit<ComparedRunOptions, 'id'>[], baseline = 0): RecipeTable {
  const folder = temporaryFolder();
  const read = options.map((option, index) => {
    const reader = RunReader.open(writeComparedRun(folder, { ...option, id: `20260101-1200${10 + index}-aaaa` }));
    try {
      return recipeRun(reader);
    } finally {
      reader.close();
    }
  });
  return recipeTable(read, read[baseline]?.dir ?? null);
}

test('seeds are one row, the most accurate first, with what differs and what it cost', () => {
  const rates = [1e-4, 3e-4, 1e-3];
  const table = tableOf(
    rates.flatMap((rate, index) => [1, 2, 3].map((seed) => run(rate, seed, ([100, 120, 60][index] ?? 0) + seed))),
  );
  assert.deepEqual(table.parameters, [{ path: 'optimizer.learningRate', values: [3e-4, 1e-4, 1e-3] }]);
  assert.deepEqual(
    table.rows.map(({ runs, measured, isBaseline }) => [runs.length, measured, isBaseline]),
    [
      [3, 3, false],
      [3, 3, true],
      [3, 3, false],
    ],
  );
  assert.deepEqual(
    table.rows.map(({ tokens, seconds }) => [tokens, seconds]),
    rates.map(() => [2000, 10]),
  );
});

test('three seeds of each speak of settings, with an interval over seeds, corrected for how many there are', () => {
  const solved = { 1e-4: [98, 100, 102], 3e-4: [148, 150, 152], 1e-3: [97, 100, 103] };
  const table = tableOf(
    Object.entries(solved).flatMap(([rate, values]) => values.map((value, seed) => run(Number(rate), seed, value))),
  );
  const [best, ...others] = table.rows;
  assert.ok(best?.accuracy);
  assert.equal(best.accuracy.value, 0.75);
  assert.ok(best.accuracy.low < 0.75 && best.accuracy.low > 0.72, String(best.accuracy.low));
  assert.equal(best.over, 'seeds');
  assert.deepEqual([best.against?.verdict, best.against?.ofRecipes], ['better', true]);
  assert.match(best.against?.brief ?? '', /^better by 25\.0 points \[/);
  assert.deepEqual(
    others.map(({ against }) => against?.verdict ?? null),
    [null, 'none'],
  );
  assert.equal(table.cautions[0], '2 comparisons with the baseline, corrected for their number (Holm).');
  assert.match(table.cautions[1] ?? '', /^The best of 3 is optimistic: .* the test part, or by fresh seeds\.$/);
  assert.equal(table.cautions.length, 2);
});

test('fewer seeds speak of these runs alone', () => {
  const table = tableOf([run(1e-4, 0, 100), run(3e-4, 0, 150), run(3e-4, 1, 154)]);
  const [best, base] = table.rows;
  assert.deepEqual([best?.against?.verdict, best?.against?.ofRecipes], ['better', false]);
  assert.match(best?.against?.brief ?? '', /^better by 26\.0 points/, 'the mean of both');
  assert.deepEqual([best?.over, base?.over], ['seeds', 'problems']);
  assert.match(table.cautions.join(' '), /^1 comparison with the baseline\. Differences are those of these runs/);
  const twoOfEach = tableOf([run(1e-4, 0, 100), run(1e-4, 1, 104), run(3e-4, 0, 150), run(3e-4, 1, 154)]);
  assert.deepEqual([twoOfEach.rows[0]?.against?.verdict, twoOfEach.rows[0]?.against?.ofRecipes], ['better', false]);
});

test('seeds that agree have no interval of their own', () => {
  const table = tableOf([run(1e-4, 0, 100), run(1e-4, 1, 100), run(3e-4, 0, 90)]);
  const [first] = table.rows;
  assert.deepEqual([first?.accuracy, first?.over], [{ value: 0.5, low: 0.5, high: 0.5 }, null]);
});

test('what is not measured at its end comes last, without a result', () => {
  const half = run(3e-4, 0, 0, { evaluations: { 0: firstSolved(0, 200), 10: firstSolved(190, 200) } });
  const [measured, unfinished] = tableOf([half, run(1e-4, 0, 100)], 1).rows;
  assert.deepEqual([measured?.isBaseline, measured?.accuracy?.value], [true, 0.5]);
  assert.deepEqual([unfinished?.accuracy, unfinished?.measured, unfinished?.against], [null, 0, null]);
});

test('parts that are varied are settings, with the seeds of each', () => {
  const parts = (splitSeed: number, seed: number) => {
    const { experiment, ...others } = run(1e-4, seed, 100 + splitSeed);
    return { ...others, experiment: { ...experiment, dataset: { source: 'train.jsonl', splitSeed } } };
  };
  const { rows, parameters } = tableOf([parts(10, 1), parts(10, 2), parts(11, 1), parts(11, 2)]);
  assert.deepEqual(parameters, [{ path: 'dataset.splitSeed', values: [11, 10] }]);
  assert.deepEqual(
    rows.map(({ runs }) => runs.length),
    [2, 2],
  );
});

test('of runs of one seed the measured one counts, and the baseline may be the other', () => {
  const unfinished = run(1e-4, 0, 0, { evaluations: { 0: firstSolved(20, 200) } });
  const { rows } = tableOf([run(1e-4, 0, 100), run(3e-4, 0, 90), unfinished], 2);
  assert.deepEqual(
    rows.map(({ measured, isBaseline, accuracy }) => [measured, isBaseline, accuracy?.value]),
    [
      [1, true, 0.5],
      [1, false, 0.45],
    ],
  );
});

test('where the baseline is not measured, that is said, and the best of many is optimistic all the same', () => {
  const unfinished = run(1e-4, 0, 0, { evaluations: { 0: firstSolved(20, 200) } });
  const { cautions } = tableOf([unfinished, run(2e-4, 0, 90), run(3e-4, 0, 91), run(4e-4, 0, 92)]);
  assert.deepEqual(cautions.slice(0, 2), [
    '1 of 4 runs is not measured at the end.',
    'The baseline is not measured: nothing is compared.',
  ]);
  assert.match(cautions[2] ?? '', /^The best of 3 is optimistic/);
});

test('rows that are set to the same say what tells them apart', () => {
  const later = run(1e-4, 1, 100, { manifest: { engineVersion: '9.9.9' } });
  assert.deepEqual(tableOf([run(1e-4, 0, 100), later]).cautions.slice(-1), [
    'Rows of the same settings differ in the engine version: they are of other recipes.',
  ]);
  const other = run(3e-4, 1, 100, { manifest: { engineVersion: '9.9.9' } });
  assert.doesNotMatch(tableOf([run(1e-4, 0, 100), other]).cautions.join(' '), /Rows of the same/);
});

test('another measure is not compared', () => {
  const other = run(3e-4, 0, 150, { manifest: { rewardHashes: { correct: 'd'.repeat(64) } } });
  const [first] = tableOf([run(1e-4, 0, 100), other]).rows;
  assert.deepEqual(first?.against, {
    verdict: null,
    brief: 'not comparable: what counts as solved differs',
    ofRecipes: false,
  });
});

test('runs of a sweep are compared with what it says, others with the first', () => {
  const run = (member: number, id = 'one') => ({
    dir: `run ${member}`,
    sweep: { id, name: 'rates', member, members: 3, baseline: 1, assigned: {} },
  });
  assert.equal(usualBaseline([run(0), run(1), run(2)]), 'run 1');
  assert.equal(usualBaseline([run(0), run(2)]), 'run 0', 'that is not there');
  assert.equal(usualBaseline([run(0), run(1, 'two')]), 'run 0');
  assert.equal(usualBaseline([{ dir: 'alone' }, run(1)]), 'alone');
  assert.equal(usualBaseline([]), null);
});
