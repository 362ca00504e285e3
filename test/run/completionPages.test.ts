/** However a page of completions is found, it is the page of all of them, filtered and sorted one by one. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { MAX_COUNTED, PAGE_SIZE } from '../../src/engine/protocol/panels/outputs.ts';
import { completionOrders } from '../../src/engine/protocol/panels/outputsRequests.ts';
import type { CompletionQuery } from '../../src/engine/protocol/panels/outputsRequests.ts';
import type { CompletionRecord, ProblemRecord, StepRecord } from '../../src/engine/protocol/run.ts';
import { uniforms } from '../../src/engine/random/keyed.ts';
import { readCompletionPage } from '../../src/engine/run/outputs/completionPage.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { completion, experiment, manifest, RUN_ID, temporaryFolder } from './samples.ts';

const STEPS = 40;
const ROLLOUTS = 80;
const EVALUATED = 30;
const QUERIES = 100;

const next = uniforms(5, 'shuffle');
const chance = (probability: number): boolean => next() < probability;
const pick = <Value>(values: readonly [Value, ...Value[]]): Value =>
  values[Math.floor(next() * values.length)] ?? values[0];

/** What is searched for, and what a text must then have. */
const SEARCHES: readonly [readonly [string, RegExp], ...(readonly [string, RegExp])[]] = [
  ['', /(?:)/],
  ['always', /\balways\b/],
  ['oftentimes', /\boftentimes\b/],
  // Only where the reward is low: walked from the highest on, none of the first has it.
  ['losing', /\blosing\b/],
  ['"always oftentimes"', /\balways oftentimes\b/],
  ['always oftentimes', /\balways\b.*\boftentimes\b/],
  ['seldom', /\bseldom\b/],
  ['"seldom"', /\bseldom\b/],
  ['alw', /\balw/],
  ['sel', /\bsel/],
  ['nowhere', /\bnowhere\b/],
];

function randomCompletion(step: number, sample: number, changes: Partial<CompletionRecord>): CompletionRecord {
  const reward = chance(0.1) ? null : pick([0, 0, 0.25, 0.5, 1]);
  const words = [
    'always',
    ...(chance(0.5) ? ['oftentimes'] : []),
    ...(reward !== null && reward < 0.5 ? ['losing'] : []),
    ...(chance(0.01) ? ['seldom'] : []),
  ];
  return completion(step, sample % 7, sample, {
    text: words.join(' '),
    reward,
    stopReason: chance(0.02) ? 'length' : 'eos',
    rewards: { correct: chance(0.04) ? { error: { kind: 'threw', message: 'Error' } } : { value: reward } },
    ...changes,
  });
}

const evaluated = (step: number, split: ProblemRecord['split']): CompletionRecord[] =>
  Array.from({ length: EVALUATED }, (_, sample) => randomCompletion(step, sample, { purpose: 'evaluation', split }));

function randomStep(step: number): StepRecord {
  const rollouts = Array.from({ length: ROLLOUTS }, (_, sample) => randomCompletion(step, sample, {}));
  const completions = step % 2 === 0 ? [...rollouts, ...evaluated(step, 'validation')] : rollouts;
  return { step, metrics: {}, problems: [], completions, evaluation: null, state: null };
}

const summary = (step: number) =>
  ({
    step,
    split: 'validation',
    problems: 7,
    samples: 1,
    correct: 0,
    accuracy: { value: 0, low: 0, high: 1 },
  }) as const;

function randomQuery(): { readonly query: CompletionQuery; readonly pattern: RegExp } {
  const [words, pattern] = pick(SEARCHES);
  const query: CompletionQuery = {
    scope: chance(0.6) ? { purpose: 'rollout', split: 'train' } : { purpose: 'evaluation', split: 'validation' },
    step: chance(0.5) ? STEPS : Math.floor(next() * STEPS),
    upTo: chance(0.85),
    words,
    reward: { from: chance(0.2) ? pick([0, 0.25, 1]) : null, to: chance(0.2) ? pick([0, 0.5, 1]) : null },
    stopReason: chance(0.7) ? null : pick(['length', 'eos', 'stop']),
    failed: chance(0.2),
    order: pick(completionOrders),
    page: chance(0.6) ? 0 : Math.floor(next() ** 2 * 30),
  };
  return { query, pattern };
}

/** Compares by the first of these numbers that differ; null is after all others either way. */
function compare(a: readonly (number | null)[], b: readonly (number | null)[], sign: 1 | -1): number {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? null;
    if (value === other) continue;
    if (value === null) return 1;
    if (other === null) return -1;
    return sign * (value - other);
  }
  return 0;
}

/** @param written the visible completions in the order of their writing */
function sorted(written: readonly CompletionRecord[], query: CompletionQuery, pattern: RegExp): CompletionRecord[] {
  const { scope, step, upTo, reward, stopReason, failed, order } = query;
  const byReward = order === 'lowestReward' || order === 'highestReward';
  const sign = order === 'newest' || order === 'highestReward' ? -1 : 1;
  return written
    .map((record, place) => ({ record, keys: [...(byReward ? [record.reward] : []), record.key.step, place] }))
    .filter(
      ({ record }) =>
        record.purpose === scope.purpose &&
        record.split === scope.split &&
        (upTo ? record.key.step <= step : record.key.step === step) &&
        (reward.from === null || (record.reward !== null && record.reward >= reward.from)) &&
        (reward.to === null || (record.reward !== null && record.reward <= reward.to)) &&
        (stopReason === null || record.stopReason === stopReason) &&
        (!failed || Object.values(record.rewards).some((result) => 'error' in result)) &&
        pattern.test(record.text),
    )
    .sort((a, b) => compare(a.keys, b.keys, sign))
    .map(({ record }) => record);
}

function assertPages(reader: RunReader, written: readonly CompletionRecord[]): void {
  for (let count = 0; count < QUERIES; count++) {
    const { query, pattern } = randomQuery();
    const all = sorted(written, query, pattern);
    const { rows, total } = readCompletionPage(reader, query);
    const shown = all.slice(query.page * PAGE_SIZE, (query.page + 1) * PAGE_SIZE);
    assert.deepEqual(
      rows.map(({ key }) => key),
      shown.map(({ key }) => key),
      JSON.stringify(query),
    );
    if (all.length <= MAX_COUNTED) assert.equal(total, all.length, JSON.stringify(query));
    else assert.ok(total > MAX_COUNTED, JSON.stringify(query));
  }
}

test('pages are the same as those of all completions, before and after a run was rewound and an evaluation came late', (t) => {
  const writer = RunWriter.create(join(temporaryFolder(), RUN_ID), manifest, experiment);
  const reader = RunReader.open(writer.dir);
  t.after(() => [reader, writer].forEach((run) => run.close()));
  let written: CompletionRecord[] = [];
  const write = (first: number, last: number): void => {
    const records = Array.from({ length: last - first + 1 }, (_, index) => randomStep(first + index));
    writer.writeSteps(records);
    written.push(...records.flatMap(({ completions }) => completions));
  };

  write(0, STEPS);
  assertPages(reader, written);

  const late = evaluated(7, 'validation');
  writer.writeEvaluation(summary(7), [], late);
  written.push(...late);
  assertPages(reader, written);

  writer.rewind(23);
  written = written.filter(({ key }) => key.step <= 23);
  assertPages(reader, written);

  write(24, 30);
  assertPages(reader, written);
});
