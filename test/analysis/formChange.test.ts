/** Promise: learning the form of an answer is told from learning to find it, on the same problems. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { outcomeSentences } from '../../src/engine/analysis/outcome.ts';
import { outcomeOn, runOutcome } from '../../src/engine/analysis/runOutcome.ts';
import { wilson } from '../../src/engine/evaluation/wilson.ts';
import type { EvaluationSummary } from '../../src/engine/protocol/events.ts';
import { experimentSchema } from '../../src/engine/protocol/experiment.ts';
import type { StepRecord } from '../../src/engine/protocol/run.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { completion, manifest, problem, RUN_ID, temporaryFolder } from '../run/samples.ts';

const PROBLEMS = 200;
const experiment = experimentSchema.parse({
  model: 'model',
  dataset: { source: 'train.jsonl' },
  rewards: [{ function: 'gsm8k', name: 'right' }],
});

/** How many of the problems have the right number, and how many of those, from the first on, in the form that is looked for. */
interface Answers {
  readonly known: number;
  readonly formed: number;
}

function evaluated(step: number, { known, formed }: Answers, answer: (index: number) => string): StepRecord {
  const completions = Array.from({ length: PROBLEMS }, (_, index) => {
    const number = index < known ? 2 * index : 'unknown';
    const value = Number(index < formed);
    return completion(step, index, 0, {
      ...{ purpose: 'evaluation', split: 'validation', advantage: null, reward: value },
      text: value === 1 ? `#### ${number}` : `It must be ${number}.`,
      rewards: { right: { value } },
    });
  });
  const evaluation: EvaluationSummary = {
    ...{ step, split: 'validation', problems: PROBLEMS, samples: 1, correct: formed },
    ...{ accuracy: wilson(formed, PROBLEMS), measures: { lenient: wilson(known, PROBLEMS) } },
  };
  const problems = Array.from({ length: PROBLEMS }, (_, index) => {
    const record = problem(index, 'validation');
    return { ...record, row: { ...record.row, answer: answer(index) } };
  });
  return { step, metrics: {}, problems, completions, evaluation, state: null };
}

function runWith(
  before: Answers,
  after: Answers,
  answer = (index: number): string => `So\n#### ${2 * index}`,
): RunReader {
  const writer = RunWriter.create(join(temporaryFolder(), RUN_ID), manifest, experiment);
  writer.writeSteps([evaluated(0, before, answer), evaluated(1, after, answer)]);
  writer.close();
  return RunReader.open(writer.dir);
}

test('a policy that only learned to write the marker', (t) => {
  const reader = runWith({ known: 80, formed: 5 }, { known: 81, formed: 78 });
  t.after(() => reader.close());
  const outcome = runOutcome(reader);
  assert.deepEqual([outcome.form?.lenient.value, outcome.form?.gap.value], [1 / PROBLEMS, 72 / PROBLEMS]);
  const sentences = outcomeSentences(outcome);
  assert.match(sentences[0] ?? '', /went from 2\.5 % to 39\.0 %.* better by 36\.5 points/);
  assert.match(sentences[1] ?? '', /went from 40\.0 % to 40\.5 %: no detectable difference/);
  assert.match(sentences[2] ?? '', /has learned the form/);
});

test('a policy that became right more often', (t) => {
  const reader = runWith({ known: 20, formed: 18 }, { known: 100, formed: 95 });
  t.after(() => reader.close());
  const sentences = outcomeSentences(runOutcome(reader));
  assert.match(sentences[1] ?? '', /went from 10\.0 % to 50\.0 %: better by 40\.0 points/);
  assert.ok(!sentences.some((sentence) => sentence.includes('the form')));
});

test('of problems without a number nothing is said', (t) => {
  const reader = runWith({ known: 20, formed: 18 }, { known: 100, formed: 95 }, (index) =>
    index === 7 ? 'London' : String(2 * index),
  );
  t.after(() => reader.close());
  assert.equal(runOutcome(reader).form, null);
  assert.equal(outcomeOn(reader, 'test').after, null);
});
