/** Runs of several tasks: compared by the rows of each, together and apart. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { worstProblemsText } from '../../src/engine/analysis/agents/worstProblemsText.ts';
import { compareRuns } from '../../src/engine/analysis/compareRuns.ts';
import { outcomeSentences } from '../../src/engine/analysis/outcome.ts';
import { runReport } from '../../src/engine/analysis/report/runReport.ts';
import { runOutcome } from '../../src/engine/analysis/runOutcome.ts';
import { worstProblemsInput } from '../../src/engine/protocol/agentTools.ts';
import { comparedReaders, firstSolved, writeComparedRun } from '../support/comparedRuns.ts';
import { temporaryFolder } from '../run/samples.ts';

const PLACES = [
  { name: 'gsm8k', first: 0 },
  { name: 'svamp', first: 100 },
];
/** Of a hundred problems of each, so many from the first on. */
const solved = (first: number, second: number): boolean[] => [...firstSolved(first, 100), ...firstSolved(second, 100)];

test('the change over all tasks, and beside it that of each, corrected among them', () => {
  const [a, b] = comparedReaders(
    { tasks: PLACES, evaluations: { 20: solved(40, 50) } },
    { tasks: PLACES, evaluations: { 20: solved(70, 50) } },
  );
  const [pair] = compareRuns([a ?? assert.fail(), b ?? assert.fail()]).pairs;
  const measure = pair?.measures.find(({ of }) => of === 'final') ?? assert.fail();
  assert.match(measure.sentence, /^B against A, these two runs, on 200 problems: better by 15\.0 points/);
  assert.deepEqual(
    measure.tasks.map(({ task, verdict, result }) => [task, verdict, result.problems]),
    [
      ['gsm8k', 'better', 100],
      ['svamp', 'none', 100],
    ],
  );
  assert.match(
    measure.tasks[0]?.sentence ?? '',
    /^gsm8k: B against A, on 100 problems: better by 30\.0 points .*among 2 comparisons \(Holm\)\.$/,
  );
});

test('problems are paired by task and row, whatever number a run gives them', () => {
  const turned = [
    { name: 'svamp', first: 0 },
    { name: 'gsm8k', first: 100 },
  ];
  const [a, b] = comparedReaders(
    { tasks: PLACES, evaluations: { 20: solved(40, 50) } },
    { tasks: turned, evaluations: { 20: solved(50, 70) } },
  );
  const [pair] = compareRuns([a ?? assert.fail(), b ?? assert.fail()]).pairs;
  const { result } = pair?.measures[0] ?? assert.fail();
  assert.equal(result?.problems, 200);
  assert.deepEqual(
    result.winLose.onlyB,
    Array.from({ length: 30 }, (_, index) => 40 + index),
  );
  assert.deepEqual(result.winLose.onlyA, []);
});

test('a task that counts something else as solved is refused by its name', () => {
  const rewards = [{ file: 'reward.ts', function: 'correct' }, { function: 'format' }];
  const other = [PLACES[0] ?? assert.fail(), { name: 'svamp', first: 100, solvedBy: 'format' }];
  const [a, b] = comparedReaders(
    { tasks: PLACES, experiment: { rewards }, evaluations: { 20: solved(40, 50) } },
    { tasks: other, experiment: { rewards }, evaluations: { 20: solved(40, 50) } },
  );
  const [pair] = compareRuns([a ?? assert.fail(), b ?? assert.fail()]).pairs;
  assert.match(
    pair?.refused ?? '',
    /what counts as solved in the task svamp differs \(A asks "correct", B "format"\).*tasks\.svamp\.solvedBy/,
  );
});

test('a run of one dataset has no problem of a task', () => {
  const [a, b] = comparedReaders(
    { evaluations: { 20: firstSolved(40, 100) } },
    { tasks: PLACES, evaluations: { 20: solved(40, 50) } },
  );
  const [pair] = compareRuns([a ?? assert.fail(), b ?? assert.fail()]).pairs;
  const [measure = assert.fail()] = pair?.measures ?? [];
  assert.equal(measure.result, null);
  assert.match(measure.sentence, /held against each other by their task, and the two have none of one name\.$/);
});

test('a run says at its end what became of each task, and its report shows them', () => {
  const [reader = assert.fail()] = comparedReaders({
    tasks: PLACES,
    evaluations: { 0: solved(10, 50), 20: solved(60, 51) },
  });
  const sentences = outcomeSentences(runOutcome(reader));
  assert.match(
    sentences.join('\n'),
    /\nBy task: gsm8k better by 50\.0 points \[.*\]; svamp no detectable difference \(\+1\.0\), among 2 comparisons \(Holm\)\.\n/,
  );
  const { document, table } = runReport(reader, null);
  const tables = document.flatMap((block) => (block.kind === 'table' ? block.rows : []));
  const rowOf = (...cells: string[]) => tables.find((row) => cells.every((cell, index) => row[index] === cell));
  assert.deepEqual(rowOf('gsm8k', 'validation', '20')?.slice(3, 5), ['100', '60.0 %']);
  assert.match(
    rowOf('Task svamp')?.[1] ?? '',
    /^svamp\.jsonl; weight 1 \(50\.0 % of the problems drawn\); rewards correct; solved by correct$/,
  );
  assert.ok(document.some((block) => block.kind === 'heading' && block.text === 'Gained: row 10 of gsm8k'));
  assert.deepEqual(
    table.map(({ name, evaluation }) => [name, evaluation.accuracy.value]),
    [
      ['sample', 0.555],
      ['sample, gsm8k', 0.6],
      ['sample, svamp', 0.51],
    ],
  );
});

test('the worst problems are called by task and row, and solved is what their task says', () => {
  const folder = temporaryFolder();
  const rewards = [{ file: 'reward.ts', function: 'correct' }, { function: 'format' }];
  const tasks = [PLACES[0] ?? assert.fail(), { name: 'svamp', first: 100, rewards: ['format'] }];
  writeComparedRun(folder, {
    id: '20260101-120000-aaaa',
    tasks,
    experiment: { rewards },
    evaluations: { 0: solved(100, 100) },
  });
  const input = worstProblemsInput.parse({ run: '20260101-120000-aaaa', limit: 1 });
  const text = worstProblemsText({ runDirs: [], runsDirs: [folder] }, input);
  // The completions have a value of `correct` alone.
  assert.match(
    text,
    /200 problems, 100 of them solved by every completion\. Solved means that the reward "correct \(gsm8k\), format \(svamp\)" is 1\./,
  );
  assert.match(text, /Problem 100 \(row 0 of the task svamp, from 0\): solved 0 of 1 completion/);
});
