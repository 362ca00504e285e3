import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compareRuns, overviewOf } from '../../src/engine/analysis/compareRuns.ts';
import { runOutcome } from '../../src/engine/analysis/runOutcome.ts';
import type { Comparison, PairComparison } from '../../src/engine/protocol/comparison.ts';
import { comparedReaders, firstSolved, type ComparedRunOptions } from '../support/comparedRuns.ts';

function only<Item>(items: readonly Item[]): Item {
  const [item, ...rest] = items;
  assert.equal(rest.length, 0);
  return item ?? assert.fail('there is none');
}

const HALF = { 0: firstSolved(10, 100), 10: firstSolved(60, 100), 20: firstSolved(50, 100) };
const MORE = { 0: firstSolved(10, 100), 10: firstSolved(40, 100), 20: firstSolved(70, 100) };

test('what runs are, in what they differ, and how they did', () => {
  const { runs, parameters, same } = overviewOf(
    comparedReaders(
      { evaluations: HALF },
      { evaluations: MORE, experiment: { optimizer: { learningRate: 5e-4 } }, manifest: { name: 'fast' } },
    ),
  );
  assert.deepEqual(parameters, [{ path: 'optimizer.learningRate', values: [1e-5, 5e-4] }]);
  assert.deepEqual(
    runs.map(({ letter, experiment, status, lastStep, steps }) => [letter, experiment, status, lastStep, steps]),
    [
      ['A', 'sample', 'stopped', 20, 20],
      ['B', 'fast', 'stopped', 20, 20],
    ],
  );
  assert.deepEqual(
    runs.map(({ final, best, evaluations }) => [final?.step, best?.step, best?.accuracy.value, evaluations]),
    [
      [20, 10, 0.6, 3],
      [20, 20, 0.7, 3],
    ],
  );
  assert.deepEqual(same, { model: true, dataset: true, heldOut: true, rewards: true, code: null });
});

test("a person's name for a run is what it is called", () => {
  const readers = comparedReaders({ evaluations: HALF }, { evaluations: HALF });
  writeFileSync(join(readers[0]?.dir ?? '', 'label.json'), JSON.stringify({ name: 'mine', starred: true }));
  const { runs } = overviewOf(readers);
  assert.equal(runs[0]?.label, 'mine');
  assert.match(runs[1]?.label ?? '', /^1 Jan \d\d:00:00$/);
});

test('every run against the baseline: final, best and test, with the words for it', () => {
  const readers = comparedReaders(
    { evaluations: HALF, test: firstSolved(50, 80) },
    { evaluations: MORE, test: firstSolved(52, 80) },
  );
  const { pairs } = compareRuns(readers);
  const { a, b, refused, measures } = only(pairs);
  assert.deepEqual([a, b, refused], ['A', 'B', null]);
  const [final, best, tested] = measures;
  assert.ok(final && best && tested);
  assert.deepEqual(
    [final.of, final.split, final.steps, final.verdict],
    ['final', 'validation', { a: 20, b: 20 }, 'better'],
  );
  assert.match(
    final.sentence,
    /^B against A, these two runs, on 100 problems: better by 20\.0 points \[1\d\.\d, 2\d\.\d\]\.$/,
  );
  assert.deepEqual(final.cautions, []);
  assert.deepEqual(
    final.result?.winLose.onlyB,
    Array.from({ length: 20 }, (_, index) => 50 + index),
  );
  assert.deepEqual([best.of, best.steps], ['best', { a: 10, b: 20 }]);
  assert.match(best.cautions.join(), /^Chosen after the fact, the best of 3 of A and 3 of B, on these same problems/);
  assert.deepEqual([tested.of, tested.split, tested.result?.problems, tested.verdict], ['test', 'test', 80, 'none']);
});

test('another baseline turns the sign round', () => {
  const readers = comparedReaders({ evaluations: HALF }, { evaluations: MORE });
  const [forth, back] = [only(compareRuns(readers).pairs), only(compareRuns(readers, 1).pairs)];
  assert.deepEqual([back.a, back.b], ['B', 'A']);
  const differenceOf = ({ measures: [final] }: PairComparison): number => final?.result?.difference.value ?? NaN;
  assert.equal(differenceOf(back), -differenceOf(forth));
  assert.match(back.measures[0]?.sentence ?? '', /^A against B, .*: worse by 20\.0 points \[1\d\.\d, 2\d\.\d\]\.$/);
});

test('a run against itself', () => {
  const [reader] = comparedReaders({ evaluations: HALF });
  assert.ok(reader);
  const { pairs, parameters } = compareRuns([reader, reader]);
  assert.deepEqual(parameters, []);
  assert.equal(
    only(pairs).measures[0]?.sentence,
    'B against A, these two runs, on 100 problems: no detectable difference (+0.0 points [-1.9, +1.9]); ' +
      '89 more problems would be needed to see 2 points.',
  );
});

test('other reward code is another measure', () => {
  const readers = comparedReaders(
    { evaluations: HALF },
    { evaluations: HALF, manifest: { rewardHashes: { correct: 'f' } } },
  );
  const { pairs, same, agreement } = compareRuns(readers);
  assert.equal(same.rewards, false);
  assert.equal(
    agreement,
    'Not the same: reward code. The same: model, dataset, held-out problems. Not known: code around the experiment.',
  );
  const { refused, measures } = only(pairs);
  assert.match(refused ?? '', /^Not the same measure: what counts as solved differs \("correct" is other code\)\./);
  assert.deepEqual(measures, []);
});

test('another reward that says what is solved is named', () => {
  const rewards = [{ file: 'reward.ts', function: 'correct' }, { function: 'format' }];
  const experiment = { rewards, evaluation: { reward: 'format' } };
  const [pair] = compareRuns(comparedReaders({ evaluations: HALF }, { evaluations: HALF, experiment })).pairs;
  assert.match(pair?.refused ?? '', /\(A asks "correct", B "format"\)/);
});

test('a run that was not measured has nothing to be compared by', () => {
  const { pairs } = compareRuns(comparedReaders({ evaluations: HALF }, { lastStep: 3 }));
  assert.equal(only(pairs).refused, 'Nothing to compare: B has not been measured on held-out problems.');
});

test('different problems are refused, and of some in common only those count', () => {
  const apart = only(
    compareRuns(comparedReaders({ evaluations: HALF }, { evaluations: HALF, firstProblem: 200 })).pairs,
  );
  assert.match(apart.measures[0]?.sentence ?? '', /^Not the same problems: A and B were measured on different ones\./);
  assert.equal(apart.measures[0]?.result, null);
  const readers = comparedReaders({ evaluations: HALF }, { evaluations: HALF, firstProblem: 40 });
  const { same, pairs } = compareRuns(readers);
  assert.equal(same.heldOut, false);
  const [final] = only(pairs).measures;
  assert.equal(final?.result?.problems, 60);
  assert.deepEqual(final.cautions, ['Compared on the 60 problems that both held out, of 100 of A and 100 of B.']);
});

test('runs measured at different steps, or asked in different ways, say so', () => {
  const readers = comparedReaders(
    { evaluations: HALF },
    { evaluations: { 10: firstSolved(50, 100) }, experiment: { rollout: { maxCompletionLength: 32 } } },
  );
  assert.deepEqual(only(compareRuns(readers).pairs).measures[0]?.cautions, [
    'Measured after different steps: A after 20, B after 10.',
    'Not asked the same way: rollout.maxCompletionLength 256 and 32.',
  ]);
});

test('a difference that a seed makes is called that', () => {
  const [pair] = compareRuns(
    comparedReaders({ evaluations: HALF }, { evaluations: MORE, experiment: { seed: 9 } }),
  ).pairs;
  assert.deepEqual(pair?.measures[0]?.cautions, [
    'No other parameter than the seed differs: so far apart can seeds alone bring A and B.',
  ]);
});

test('seeds of one recipe are a group, with their mean and spread', () => {
  const solved = (count: number): NonNullable<ComparedRunOptions['evaluations']> => ({ 20: firstSolved(count, 100) });
  const { seedGroups, parameters } = overviewOf(
    comparedReaders(
      { evaluations: solved(50), experiment: { seed: 1 } },
      { evaluations: solved(40), experiment: { seed: 1, threads: 3 } },
      { evaluations: solved(56), experiment: { seed: 2 } },
      { evaluations: solved(53), experiment: { seed: 3, name: 'again' } },
    ),
  );
  const group = only(seedGroups);
  assert.deepEqual(group.runs, ['A', 'C', 'D']);
  assert.ok(Math.abs(group.mean.value - 0.53) < 1e-12);
  // 4.3027 (Student, 2 degrees of freedom) * 3 points / sqrt(3)
  assert.ok(Math.abs(group.mean.high - group.mean.value - 0.0745) < 1e-4);
  assert.ok(Math.abs(group.spread - 0.03) < 1e-12);
  assert.deepEqual([group.lowest, group.highest], [0.5, 0.56]);
  assert.equal(
    group.sentence,
    'A, C, D differ in their seed alone: 53.0 % [45.5, 60.5] on average over seeds, on the same problems; ' +
      'from 50.0 % to 56.0 % (standard deviation 3.0 points).',
  );
  assert.deepEqual(parameters, [
    { path: 'seed', values: [1, 1, 2, 3] },
    { path: 'threads', values: [0, 3, 0, 0] },
  ]);
});

test('of a recipe only what was measured at its end counts, one run for each seed', () => {
  const [a, b, c, ...others] = [...seeds(100, 3, 1e-5), ...seeds(140, 3, 1e-4)];
  assert.ok(a && b && c);
  // The same seed again, stopped before it had learnt.
  const stopped = { ...a, evaluations: { 10: firstSolved(10, 200) } };
  const twice = { ...a, experiment: { ...a.experiment, cost: { perHour: 1, currency: 'EUR' } } };
  const comparison = compareRuns(comparedReaders(a, b, c, ...others, twice, stopped));
  assert.deepEqual(
    comparison.recipes.map(({ a: before }) => before),
    [
      ['G', 'B', 'C'],
      ['G', 'B', 'C'],
    ],
  );
  assert.match(comparison.recipes[0]?.sentence ?? '', /: better by 20\.0 points \[1\d\.\d, 2\d\.\d\]\.$/);
  assert.deepEqual(
    comparison.seedGroups.map(({ runs }) => runs),
    [
      ['G', 'B', 'C'],
      ['D', 'E', 'F'],
    ],
  );
  const { seedGroups, recipes } = compareRuns(comparedReaders(a, twice, stopped));
  assert.deepEqual([seedGroups, recipes], [[], []], 'of one seed there is nothing to say');
});

test('the best of each run is said to be chosen, of recipes too', () => {
  const several = (solved: number, learningRate: number): Omit<ComparedRunOptions, 'id'>[] =>
    seeds(solved, 3, learningRate).map((run) => ({
      ...run,
      evaluations: { 0: firstSolved(20, 200), ...run.evaluations },
    }));
  const { recipes } = compareRuns(comparedReaders(...several(100, 1e-5), ...several(140, 1e-4)));
  const cautioned = recipes.filter(({ sentence }) =>
    sentence.includes('. Each run is taken at its best, chosen after the fact'),
  );
  assert.deepEqual(
    cautioned.map(({ of }) => of),
    ['best'],
  );
});

test('seeds that agree have a mean without an interval', () => {
  const same = [1, 2].map((seed) => ({ evaluations: { 20: firstSolved(35, 100) }, experiment: { seed } }));
  assert.equal(
    only(overviewOf(comparedReaders(...same)).seedGroups).sentence,
    'A, B differ in their seed alone: 35.0 % on average over seeds, on the same problems; ' +
      'from 35.0 % to 35.0 % (standard deviation 0.0 points).',
  );
});

test('too many runs are refused', () => {
  const [reader] = comparedReaders({ evaluations: HALF });
  assert.ok(reader);
  const times = (count: number): Comparison['cautions'] =>
    overviewOf(Array.from({ length: count }, () => reader)).cautions;
  assert.deepEqual(times(1), []);
  assert.equal(times(10).length, 1);
  assert.throws(() => times(11), { name: 'UserError', message: /compare at most 10/ });
});

test('a difference that is one alone need be none among several, and the words say of how many', () => {
  // 9 gained and 1 lost: p = 0.021 alone, and 0.064 as the lowest of three.
  const some = { 20: firstSolved(50, 100).map((solved, index) => (index < 1 ? false : solved || index >= 91)) };
  const same = { evaluations: { 20: firstSolved(50, 100) } };
  const sentences = (...others: readonly Omit<ComparedRunOptions, 'id'>[]): string[] =>
    compareRuns(comparedReaders(same, ...others)).pairs.map(({ measures: [final] }) => final?.sentence ?? '');
  assert.match(only(sentences({ evaluations: some })), /: better by 8\.0 points \[1\.\d, 14\.\d\]\.$/);
  const [lost, , clear] = sentences({ evaluations: some }, same, { evaluations: { 20: firstSolved(70, 100) } });
  assert.match(lost ?? '', /: better by 8\.0 points .*, also among 3 comparisons \(Holm\)\.$/);
  assert.match(clear ?? '', /: better by 20\.0 points .*, also among 3 comparisons \(Holm\)\.$/);
  assert.match(
    sentences({ evaluations: some }, same, same)[0] ?? '',
    /no detectable difference among 3 comparisons \(Holm\) \(\+8\.0 points .*, which alone would be one\)/,
  );
});

/** Three seeds that solve about so many of 200 problems. */
function seeds(solved: number, count: number, learningRate: number): Omit<ComparedRunOptions, 'id'>[] {
  return Array.from({ length: count }, (_, seed) => ({
    evaluations: { 20: firstSolved(solved + seed, 200) },
    experiment: { seed: seed + 1, optimizer: { learningRate } },
  }));
}

test('of three seeds of each, the recipes are spoken of; of fewer, the runs alone', () => {
  const { recipes, pairs } = compareRuns(comparedReaders(...seeds(100, 3, 1e-5), ...seeds(140, 3, 1e-4)));
  const final = recipes.filter(({ of }) => of === 'final');
  assert.deepEqual(
    [only(final).a, only(final).b],
    [
      ['A', 'B', 'C'],
      ['D', 'E', 'F'],
    ],
  );
  assert.equal(only(final).verdict, 'better');
  assert.match(
    only(final).sentence,
    /^The recipe of D, E, F against that of A, B, C, over 3 and 3 seeds, on 200 problems: better by 20\.0 points \[1\d\.\d, 2\d\.\d\]\.$/,
  );
  assert.ok(pairs.every(({ measures }) => measures.every(({ sentence }) => sentence.includes('these two runs'))));
  const [few] = compareRuns(comparedReaders(...seeds(100, 3, 1e-5), ...seeds(140, 2, 1e-4))).recipes;
  assert.equal(few?.verdict, null);
  assert.match(few.sentence, /: 3 and 2 seeds are too few to speak of recipes, it takes 3 of each\.$/);
  assert.deepEqual(compareRuns(comparedReaders(...seeds(100, 1, 1e-5), ...seeds(140, 1, 1e-4))).recipes, []);
});

test('seeds that lie further apart than recipes leave it open, with what would tell', () => {
  const spread = (learningRate: number, ...solved: readonly number[]): Omit<ComparedRunOptions, 'id'>[] =>
    solved.map((count, seed) => ({
      evaluations: { 20: firstSolved(count, 200) },
      experiment: { seed, optimizer: { learningRate } },
    }));
  const { recipes } = compareRuns(comparedReaders(...spread(1e-5, 80, 100, 120), ...spread(1e-4, 100, 120, 140)));
  assert.match(
    recipes[0]?.sentence ?? '',
    /: no detectable difference \(\+10\.0 points \[-\d+\.\d, \+\d+\.\d\]\); \d+ more seeds of each would be needed to see 10 points\.$/,
  );
  assert.equal(recipes[0]?.verdict, 'none');
});

test('the code is the commit and the difference to it', () => {
  const of = (gitCommit: string | null, diff?: string): Omit<ComparedRunOptions, 'id'> => ({
    manifest: { gitCommit, gitDirty: diff !== undefined },
    ...(diff === undefined ? {} : { files: { 'code.diff': diff } }),
  });
  const same = (...runs: Omit<ComparedRunOptions, 'id'>[]): boolean | null =>
    overviewOf(comparedReaders(...runs)).same.code;
  assert.equal(same(of('c1', '+a'), of('c1', '+a')), true);
  assert.equal(same(of('c1', '+a'), of('c1', '+b')), false);
  assert.equal(same(of('c1'), of('c2')), false);
  assert.equal(same(of('c1'), of(null)), null);
});

test('a comparison is plain data', () => {
  const comparison = compareRuns(comparedReaders({ evaluations: HALF }, { evaluations: MORE }));
  assert.deepEqual(structuredClone(comparison), comparison);
  assert.deepEqual(JSON.parse(JSON.stringify(comparison)), comparison);
});

test('a reward that was changed in the middle: only what its last code measured is compared', () => {
  const changed = { step: 15, hash: 'f' };
  const last = { rewardHashes: { correct: 'f' } };
  const [swapped, plain, other] = comparedReaders(
    { evaluations: HALF, changed },
    { evaluations: MORE, manifest: last },
    { evaluations: MORE },
  );
  assert.ok(swapped && plain && other);
  const { runs, same, pairs, cautions } = compareRuns([swapped, plain]);
  assert.equal(
    cautions[0],
    'The reward of A was changed while it trained, at step 15 (correct). Results of before the change are left out.',
  );
  assert.equal(same.rewards, false, 'they were not trained with the same');
  const [run] = runs;
  assert.equal(run?.evaluations, 1, 'those before the change counted something else');
  assert.equal(run.best?.step, 20, 'and the highest of all, at step 10, is one of them');
  const { refused, measures } = only(pairs);
  assert.equal(refused, null, 'both were measured with the same code at the end');
  assert.match(measures[0]?.sentence ?? '', /^B against A, .*: better by/);
  assert.match(only(compareRuns([swapped, other]).pairs).refused ?? '', /^Not the same measure/);
});

test('what a run was before its reward changed is not held against what it is after', () => {
  const [swapped, whole] = comparedReaders(
    { evaluations: HALF, changed: { step: 15, hash: 'f' } },
    { evaluations: HALF },
  );
  assert.ok(swapped && whole);
  const { before, after: end, interval } = runOutcome(swapped);
  assert.deepEqual([before, end?.step, interval], [null, 20, null]);
  assert.notEqual(runOutcome(whole).interval, null);
});
