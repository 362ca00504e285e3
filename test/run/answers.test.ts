/** Promises: answers and measures are in the run with what they are of, go with it, and a run without any is read by engines from before. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { RewardResult } from '../../src/engine/protocol/completion.ts';
import type { EvaluationSummary } from '../../src/engine/protocol/events.ts';
import type { StepRecord } from '../../src/engine/protocol/run.ts';
import { readGroupPage } from '../../src/engine/run/outputs/groupPage.ts';
import { DATABASE_FILE } from '../../src/engine/run/layout.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { completion, experiment, manifest, problem, RUN_ID, stepRecord, temporaryFolder } from './samples.ts';

/** A number, none, not looked for, and what cannot be stored as it is by every means. */
const ANSWERS: readonly (string | null | undefined)[] = ['72', null, undefined, '', 'a "b"\n\u{1F600}', 'a\0b'];

const evaluation: EvaluationSummary = {
  step: 1,
  split: 'validation',
  problems: 2,
  samples: 2,
  correct: 1,
  accuracy: { value: 0.25, low: 0.1, high: 0.6 },
};
const measures = {
  lenient: { value: 0.5, low: 0.2, high: 0.8 },
  'maj@2': { value: 0.4, low: 0.1, high: 0.7 },
};

function verdicts(extracted: string | null | undefined): Record<string, RewardResult> {
  return {
    correct: { value: 1, ...(extracted === undefined ? {} : { extracted }) },
    format: { error: { kind: 'threw', message: 'no' } },
  };
}

function answered(step: number): StepRecord {
  const completions = ANSWERS.map((extracted, sample) =>
    completion(step, 3, sample, { rewards: verdicts(extracted), reward: null }),
  );
  return { step, metrics: {}, problems: [problem(3)], completions, evaluation: null, state: null };
}

function newRun(): RunWriter {
  return RunWriter.create(join(temporaryFolder(), RUN_ID), manifest, experiment);
}

function query(dir: string, sql: string): unknown[] {
  const db = new DatabaseSync(join(dir, DATABASE_FILE), { readOnly: true });
  try {
    return db
      .prepare(sql)
      .all()
      .map((row) => Object.values(row)[0]);
  } finally {
    db.close();
  }
}

const format = (dir: string): unknown => query(dir, 'PRAGMA user_version')[0];

test('answers are read as they were written, by reader, writer and Outputs, and tell none from not looked for', () => {
  const writer = newRun();
  writer.writeStep(answered(1));
  const reader = RunReader.open(writer.dir);
  const expected = ANSWERS.map(verdicts);
  assert.deepEqual(
    reader.completionsOfStep(1).map(({ rewards }) => rewards),
    expected,
  );
  const keys = reader.completionsOfStep(1).map(({ key }) => key);
  const recorded = writer.recordedStep(1);
  assert.deepEqual(
    keys.map((key) => recorded.find('rollout', 'train', key)?.rewards),
    expected,
  );
  const scope = { purpose: 'rollout', split: 'train' } as const;
  const page = readGroupPage(reader, { scope, problem: 3, step: 1, heat: 'none', page: 0 });
  assert.deepEqual(
    page?.completions.map(({ rewards }) => rewards),
    expected,
  );
  reader.close();
  writer.close();
});

test('a run is brought to the third format by its first answer or measure, and is read in all', () => {
  const writer = newRun();
  const reader = RunReader.open(writer.dir);
  writer.writeSteps([stepRecord(0), stepRecord(1)]);
  assert.equal(format(writer.dir), 1, 'engines from before read it');
  assert.equal(reader.evaluations()[0]?.measures, undefined);
  writer.writeStep(answered(2));
  assert.equal(format(writer.dir), 3, 'and refuse what they do not know');
  const [first] = reader.completionsOfStep(2);
  assert.deepEqual(first?.rewards['correct'], { value: 1, extracted: '72' }, 'a reader that was there before');
  assert.deepEqual(reader.completionsOfStep(1)[0]?.rewards['correct'], { value: 1 }, 'a step from before');
  reader.close();
  writer.close();
  RunWriter.open(writer.dir).close();

  const measured = newRun();
  measured.writeStep(stepRecord(0));
  measured.writeEvaluation({ ...evaluation, step: 0, measures }, [], []);
  assert.equal(format(measured.dir), 3);
  measured.close();
});

test('a run whose rewards were changed goes to the third format from the second', () => {
  const writer = newRun();
  const change = { fromStep: 1, reward: 'correct', hash: 'aa', entry: 'rewards/0-aa/reward.ts' };
  writer.changeRewards(1, [change], new Map());
  assert.equal(format(writer.dir), 2);
  writer.writeStep(answered(1));
  assert.equal(format(writer.dir), 3);
  const reader = RunReader.open(writer.dir);
  assert.deepEqual(reader.rewardVersions(), [change]);
  reader.close();
  writer.close();
});

test('a step that fails to be written leaves the run in its format, and the next one is whole', () => {
  const writer = newRun();
  const step = answered(1);
  assert.throws(() =>
    writer.writeStep({ ...step, metrics: { loss: 1 }, completions: [...step.completions, ...step.completions] }),
  );
  assert.equal(format(writer.dir), 1);
  writer.writeStep(step);
  const reader = RunReader.open(writer.dir);
  assert.deepEqual(reader.completionsOfStep(1)[0]?.rewards, verdicts('72'));
  reader.close();
  writer.close();
});

test('answers and measures go with their completions and evaluations', () => {
  const writer = newRun();
  writer.writeStep({ ...answered(1), evaluation: { ...evaluation, measures } });
  writer.writeStep({ ...answered(2), evaluation: { ...evaluation, step: 2, measures } });
  writer.rewind(1);
  const reader = RunReader.open(writer.dir);
  assert.deepEqual(reader.evaluations(), [{ ...evaluation, measures }]);
  writer.writeStep(stepRecord(2));
  const counts = 'SELECT count(*) FROM extracted_answers UNION ALL SELECT count(*) FROM evaluation_measures';
  assert.deepEqual(query(writer.dir, counts), [5, 2]);
  writer.writeEvaluation({ ...evaluation, measures: { lenient: measures.lenient } }, [], []);
  assert.deepEqual(reader.evaluations()[0]?.measures, { lenient: measures.lenient });
  writer.writeEvaluation(evaluation, [], []);
  assert.equal(reader.evaluations()[0]?.measures, undefined);
  reader.close();
  writer.close();
});
