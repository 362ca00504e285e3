import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { CompletionQuery, ProblemQuery } from '../../src/engine/protocol/panels/outputsRequests.ts';
import { MAX_COUNTED, PAGE_SIZE, SHOWN_LENGTH } from '../../src/engine/protocol/panels/outputs.ts';
import type { CompletionRecord } from '../../src/engine/protocol/run.ts';
import { readCompletionPage } from '../../src/engine/run/outputs/completionPage.ts';
import { readContent, readGroupPage } from '../../src/engine/run/outputs/groupPage.ts';
import { readProblemPage } from '../../src/engine/run/outputs/problemPage.ts';
import { readScopes, readSteps } from '../../src/engine/run/outputs/scopes.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { completion, experiment, manifest, problem, RUN_ID, stepRecord, temporaryFolder } from './samples.ts';

const rollouts = { purpose: 'rollout', split: 'train' } as const;
const heldOut = { purpose: 'evaluation', split: 'validation' } as const;
const LAST = 60;

/** Solved is what `correct` says. */
const judged = { ...experiment, evaluation: { ...experiment.evaluation, reward: 'correct' } };

function writtenRun(t: TestContext, last = LAST): { writer: RunWriter; reader: RunReader } {
  const writer = RunWriter.create(join(temporaryFolder(), RUN_ID), manifest, judged);
  writer.writeSteps(Array.from({ length: last + 1 }, (_, step) => stepRecord(step)));
  const reader = RunReader.open(writer.dir);
  t.after(() => [reader, writer].forEach((run) => run.close()));
  return { writer, reader };
}

const problems = (changes: Partial<ProblemQuery> = {}): ProblemQuery => ({
  scope: rollouts,
  step: LAST,
  upTo: true,
  state: 'all',
  order: 'dataset',
  page: 0,
  ...changes,
});

const completions = (changes: Partial<CompletionQuery> = {}): CompletionQuery => ({
  scope: rollouts,
  step: LAST,
  upTo: true,
  words: '',
  reward: { from: null, to: null },
  stopReason: null,
  failed: false,
  order: 'newest',
  page: 0,
  ...changes,
});

/** Every completion that the samples have up to a step, oldest first. */
function written(last = LAST): CompletionRecord[] {
  return Array.from({ length: last + 1 }, (_, step) => stepRecord(step).completions).flat();
}

const solvedIn = (records: readonly CompletionRecord[]): number =>
  records.filter(({ rewards }) => {
    const verdict = rewards['correct'];
    return verdict !== undefined && 'value' in verdict && verdict.value === 1;
  }).length;

test('scopes and steps are those that have completions', (t) => {
  const { reader } = writtenRun(t);
  assert.deepEqual(readScopes(reader), [rollouts, heldOut]);
  assert.deepEqual([...readSteps(reader, heldOut, -1)], [0, 10, 20, 30, 40, 50, 60]);
  assert.deepEqual([...readSteps(reader, rollouts, 57)], [58, 59, 60]);
});

/** What a list of problems should say, from the completions themselves. */
function expectedProblems(step: number, upTo: boolean, last = LAST) {
  const own = written(last).filter(({ purpose }) => purpose === 'rollout');
  const indices = [...new Set(own.map(({ key }) => key.problem))].sort((a, b) => a - b);
  return indices.flatMap((index) => {
    const all = own.filter(({ key }) => key.problem === index);
    const steps = [...new Set(all.map(({ key }) => key.step))];
    const shown = steps.filter((at) => (upTo ? at <= step : at === step)).at(-1);
    if (shown === undefined) return [];
    const group = all.filter(({ key }) => key.step === shown);
    return {
      problem: index,
      step: shown,
      samples: group.length,
      solved: solvedIn(group),
      reward: group.reduce((sum, { reward }) => sum + (reward ?? 0), 0) / group.length,
      errors: group.filter(({ rewards }) => Object.values(rewards).some((result) => 'error' in result)).length,
      truncated: group.filter(({ stopReason }) => stopReason === 'length').length,
      firstSolved: steps.find((at) => solvedIn(all.filter(({ key }) => key.step === at)) > 0) ?? null,
    };
  });
}

function shownProblems(reader: RunReader, query: ProblemQuery) {
  return readProblemPage(reader, query).rows.map((row) => ({
    problem: row.problem,
    step: row.step,
    samples: row.samples,
    solved: row.solved,
    reward: row.reward,
    errors: row.errors,
    truncated: row.truncated,
    firstSolved: row.firstSolved,
  }));
}

test('problems are listed with what became of them, at a step and up to it', (t) => {
  const { reader } = writtenRun(t);
  for (const upTo of [true, false])
    for (const step of [0, 17, LAST])
      assert.deepEqual(shownProblems(reader, problems({ step, upTo })), expectedProblems(step, upTo));
  const [row] = readProblemPage(reader, problems()).rows;
  assert.equal(row?.title, 'What is 0 + 0?');
  assert.deepEqual(
    [row.history.reduce((sum, { samples }) => sum + samples, 0), row.history.at(-1)?.to],
    [written().filter(({ purpose, key }) => purpose === 'rollout' && key.problem === 0).length, 56],
  );
});

test('problems are filtered and sorted', (t) => {
  const { reader } = writtenRun(t);
  const listed = (changes: Partial<ProblemQuery>): number[] =>
    readProblemPage(reader, problems(changes)).rows.map((row) => row.problem);
  const expected = expectedProblems(LAST, true);
  assert.deepEqual(
    listed({ state: 'mixed' }),
    expected.filter(({ solved, samples }) => solved > 0 && solved < samples).map((row) => row.problem),
  );
  assert.deepEqual(listed({ state: 'solved' }), []);
  assert.deepEqual(
    listed({ order: 'leastSolved' }),
    expected.toSorted((a, b) => a.solved / a.samples - b.solved / b.samples).map((row) => row.problem),
  );
  const rewards = readProblemPage(reader, problems({ order: 'highestReward' })).rows.map(({ reward }) => reward ?? NaN);
  assert.deepEqual(
    rewards,
    rewards.toSorted((a, b) => b - a),
  );
  const firsts = readProblemPage(reader, problems({ order: 'newlySolved' })).rows.map((row) => row.firstSolved ?? -1);
  assert.deepEqual(
    firsts,
    firsts.toSorted((a, b) => b - a),
  );
});

test('the groups of a run that was rewound are those of its visible steps, and right again when it has gone on', (t) => {
  const { writer, reader } = writtenRun(t);
  writer.rewind(33);
  assert.deepEqual(shownProblems(reader, problems()), expectedProblems(LAST, true, 33));
  assert.deepEqual(shownProblems(reader, problems({ step: 40, upTo: false })), []);
  assert.deepEqual([...readSteps(reader, rollouts, 30)], [31, 32, 33]);
  assert.equal(readGroupPage(reader, { scope: rollouts, problem: 5, step: 40, heat: 'none', page: 0 })?.step, 33);
  assert.equal(readCompletionPage(reader, completions({ words: '"step 40"' })).total, 0);
  // Step 34 comes out otherwise: its group has another problem, and the old one's is gone.
  const other = completion(34, 6, 0);
  writer.writeStep({ ...stepRecord(34), completions: [other] });
  assert.deepEqual(
    shownProblems(reader, problems({ step: 34, upTo: false })).map((row) => [row.problem, row.samples]),
    [[6, 1]],
  );
  writer.rewind(33);
  for (let step = 34; step <= LAST; step++) writer.writeStep(stepRecord(step));
  assert.deepEqual(shownProblems(reader, problems()), expectedProblems(LAST, true));
  assert.deepEqual(
    readCompletionPage(reader, completions()).rows.map(({ key }) => key.step),
    readCompletionPage(reader, completions({ words: 'apples' })).rows.map(({ key }) => key.step),
  );
});

test('a step that fails in the middle leaves no groups behind', (t) => {
  const { writer, reader } = writtenRun(t, 3);
  const before = shownProblems(reader, problems());
  const duplicate = [completion(4, 0, 0), completion(4, 0, 0)];
  assert.throws(() => writer.writeStep({ ...stepRecord(4), completions: duplicate }), /UNIQUE/);
  assert.deepEqual(shownProblems(reader, problems()), before);
  writer.writeStep(stepRecord(4));
  assert.deepEqual(shownProblems(reader, problems({ step: 4, upTo: false })), expectedProblems(4, false, 4));
});

test('an evaluation that is repeated replaces its groups', (t) => {
  const { writer, reader } = writtenRun(t, 10);
  const summary = {
    step: 10,
    split: 'test',
    problems: 1,
    samples: 1,
    correct: 0,
    accuracy: { value: 0, low: 0, high: 0.8 },
  } as const;
  const evaluated = (reward: number) =>
    completion(10, 5, 0, {
      purpose: 'evaluation',
      split: 'test',
      reward,
      rewards: { correct: { value: reward } },
    });
  const scope = { purpose: 'evaluation', split: 'test' } as const;
  writer.writeEvaluation(summary, [problem(5, 'test')], [evaluated(0)]);
  writer.writeEvaluation(summary, [problem(5, 'test')], [evaluated(1)]);
  const { rows } = readProblemPage(reader, problems({ scope }));
  assert.deepEqual(
    rows.map(({ samples, solved }) => [samples, solved]),
    [[1, 1]],
  );
});

test('completions are filtered and sorted', (t) => {
  const { reader } = writtenRun(t);
  const own = written().filter(({ purpose }) => purpose === 'rollout');
  const keysOf = (records: readonly CompletionRecord[]) => records.slice(0, PAGE_SIZE).map(({ key }) => key);
  const listed = (changes: Partial<CompletionQuery>) => {
    const { rows, total } = readCompletionPage(reader, completions(changes));
    return { keys: rows.map(({ key }) => key), total };
  };
  const newest = own.toReversed();
  assert.deepEqual(listed({}), { keys: keysOf(newest), total: own.length });
  assert.deepEqual(listed({ page: 2 }).keys, keysOf(newest.slice(2 * PAGE_SIZE)));
  assert.deepEqual(listed({ order: 'oldest' }).keys, keysOf(own));
  const failed = newest.filter(({ rewards }) => 'error' in (rewards['format'] ?? {}));
  assert.deepEqual(listed({ failed: true }), { keys: keysOf(failed), total: failed.length });
  const wrong = newest.filter(({ reward }) => reward === 0);
  assert.deepEqual(listed({ reward: { from: -1, to: 0.5 } }), { keys: keysOf(wrong), total: wrong.length });
  assert.deepEqual(listed({ stopReason: 'eos', reward: { from: null, to: 0 } }), { keys: [], total: 0 });
  const here = newest.filter(({ key }) => key.step === 12);
  assert.deepEqual(listed({ step: 12, upTo: false }), { keys: keysOf(here), total: here.length });
  const { rows } = readCompletionPage(reader, completions({ order: 'lowestReward' }));
  assert.ok(rows.every(({ reward }) => reward === 0));
  assert.deepEqual(rows[0]?.key, own.find(({ reward }) => reward === 0)?.key);
});

test('words are searched for within the filters, and shown where they are', (t) => {
  const { reader } = writtenRun(t);
  const search = (changes: Partial<CompletionQuery>) => readCompletionPage(reader, completions(changes));
  const { rows, total } = search({ words: 'unknown sample1', step: 20 });
  const expected = written(20)
    .filter(({ purpose, text }) => purpose === 'rollout' && text.includes('unknown') && text.includes('sample1'))
    .toReversed();
  assert.deepEqual(
    rows.map(({ key }) => key),
    expected.slice(0, PAGE_SIZE).map(({ key }) => key),
  );
  assert.equal(total, expected.length);
  assert.deepEqual(
    rows[0]?.snippet.filter(({ match }) => match).map(({ text }) => text),
    ['sample1', 'unknown'],
  );
  assert.equal(search({ words: 'unknown', reward: { from: 1, to: null } }).total, 0);
  assert.equal(search({ words: 'unkn', step: 12, upTo: false }).total, 3);
  assert.equal(search({ words: 'apples', scope: heldOut }).total, 14);
  assert.deepEqual(search({ words: '#### !' }), { rows: [], total: 0 });
  const sorted = search({ words: 'apples', order: 'highestReward' }).rows.map(({ reward }) => reward ?? NaN);
  assert.deepEqual(
    sorted,
    sorted.toSorted((a, b) => b - a),
  );
});

test('what is very often found is counted no further than is told', (t) => {
  const writer = RunWriter.create(join(temporaryFolder(), RUN_ID), manifest, judged);
  t.after(() => writer.close());
  const many = Array.from({ length: MAX_COUNTED + 20 }, (_, sample) => completion(1, 0, sample));
  writer.writeStep({ ...stepRecord(1), completions: many });
  const reader = RunReader.open(writer.dir);
  t.after(() => reader.close());
  assert.equal(readCompletionPage(reader, completions()).total, MAX_COUNTED + 1);
  const found = readCompletionPage(reader, completions({ words: 'apples', page: 20 }));
  assert.deepEqual([found.rows.length, found.total], [20, MAX_COUNTED + 20]);
  // Found so often that it is taken as a whole word, and not for the beginning of another one.
  assert.equal(readCompletionPage(reader, completions({ words: 'sample' })).total, MAX_COUNTED + 1);
  assert.equal(readCompletionPage(reader, completions({ words: 'step' })).total, MAX_COUNTED + 1);
});

test('a group is read with its prompt, its place in the history and the heat that was asked for', (t) => {
  const { reader } = writtenRun(t);
  const read = (heat: 'none' | 'logprob' | 'entropy' | 'ratio') =>
    readGroupPage(reader, { scope: rollouts, problem: 3, step: 24, heat, page: 0 });
  const group = read('none');
  assert.equal(group?.prompt, problem(3).prompt);
  assert.equal(group.step, 24);
  assert.equal(readGroupPage(reader, { scope: rollouts, problem: 3, step: 1, heat: 'none', page: 0 }), null);
  assert.equal(readGroupPage(reader, { scope: rollouts, problem: 3, step: 29, heat: 'none', page: 0 })?.step, 24);
  assert.deepEqual([group.total, group.previousStep, group.nextStep, group.firstSolved], [3, 23, 30, 2]);
  assert.equal(group.ratioDiffers, false);
  const records = [0, 1, 2].map((sample) => completion(24, 3, sample));
  assert.deepEqual(
    group.completions.map(({ key, text, rewards, advantage, heat }) => ({ key, text, rewards, advantage, heat })),
    records.map(({ key, text, rewards, advantage }) => ({ key, text, rewards, advantage, heat: null })),
  );
  assert.deepEqual(read('logprob')?.completions[1]?.heat, {
    ends: records[1]?.tokenEnds,
    values: records[1]?.logprobs,
  });
  assert.deepEqual(read('entropy')?.completions[1]?.heat?.values, records[1]?.entropies);
  assert.deepEqual(
    read('ratio')?.completions[1]?.heat?.values,
    records[1]?.logprobs.map(() => 1),
  );
});

test('a group that screening put aside is told from a whole one, and from an evaluation as short', (t) => {
  const curriculum = { by: 'adaptive', screen: 2, unsolved: 0.85, exploration: 0.1, rest: 0.5, focus: 2 } as const;
  const writer = RunWriter.create(join(temporaryFolder(), RUN_ID), manifest, { ...judged, curriculum });
  const group = (index: number, samples: number, changes: Partial<CompletionRecord>) =>
    Array.from({ length: samples }, (_, sample) => completion(1, index, sample, changes));
  const held = group(100, 2, { purpose: 'evaluation', split: 'validation', advantage: null });
  writer.writeStep({
    ...stepRecord(1),
    completions: [...group(0, 2, { advantage: null }), ...group(1, 3, {}), ...held],
  });
  const reader = RunReader.open(writer.dir);
  t.after(() => [reader, writer].forEach((run) => run.close()));
  const putAside = (scope: typeof rollouts | typeof heldOut, index: number) =>
    readGroupPage(reader, { scope, problem: index, step: 1, heat: 'none', page: 0 })?.putAside;
  assert.deepEqual([putAside(rollouts, 0), putAside(rollouts, 1), putAside(heldOut, 100)], [true, false, false]);
  const rows = readProblemPage(reader, problems({ step: 1 })).rows;
  assert.deepEqual(
    rows.map((row) => [row.problem, row.putAside]),
    [
      [0, true],
      [1, false],
    ],
  );
});

test('a long completion is cut between characters and tokens, and whole when asked for', (t) => {
  const writer = RunWriter.create(join(temporaryFolder(), RUN_ID), manifest, judged);
  t.after(() => writer.close());
  const text = `x${'🦜'.repeat(SHOWN_LENGTH)}`;
  const tokenEnds = Int32Array.from({ length: text.length / 3 }, (_, index) => 3 * (index + 1));
  const values = new Float32Array(tokenEnds.length).fill(-1);
  const sampledLogprobs = new Float32Array(tokenEnds.length).fill(-1 + Math.LN2);
  const tokens = new Int32Array(tokenEnds.length);
  const long = completion(1, 0, 0, { text, tokenEnds, tokens, logprobs: values, sampledLogprobs, entropies: values });
  writer.writeStep({ ...stepRecord(1), completions: [long] });
  const reader = RunReader.open(writer.dir);
  t.after(() => reader.close());
  const group = readGroupPage(reader, { scope: rollouts, problem: 0, step: 1, heat: 'ratio', page: 0 });
  const [shown] = group?.completions ?? [];
  assert.equal(shown?.text, text.slice(0, SHOWN_LENGTH - 1));
  assert.equal(shown.textLength, text.length);
  assert.equal(group?.ratioDiffers, true);
  assert.ok((shown.heat?.ends.at(-1) ?? NaN) <= shown.text.length);
  assert.equal(shown.heat?.values.length, shown.heat?.ends.length);
  assert.equal(shown.heat?.values[0], 0.5);
  const content = readContent(reader, { scope: rollouts, key: long.key, heat: 'logprob' });
  assert.equal(content?.text, text);
  assert.deepEqual(content.heat, { ends: tokenEnds, values });
  assert.equal(readContent(reader, { scope: heldOut, key: long.key, heat: 'none' }), null);
});
