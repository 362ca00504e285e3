import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publishedBenchmarks } from '../../protocol/comparison.ts';
import { experimentSchema, type Experiment } from '../../protocol/experiment.ts';
import { parseBenchmark, publishedFor, publishedResults } from './published.ts';

function experiment(source: string): Experiment {
  return experimentSchema.parse({ model: 'm', dataset: { source } });
}

test('every result has a number and a source', () => {
  for (const benchmark of publishedBenchmarks)
    for (const { model, setting, result, source } of publishedResults(parseBenchmark(benchmark))) {
      assert.match(result, /\d/);
      for (const text of [model, setting, source]) assert.notEqual(text, '');
    }
});

test('they are found by the name of the dataset, if it is that of all runs', () => {
  const models = (...sources: readonly string[]): number => publishedFor(sources.map(experiment)).length;
  assert.equal(models('data/gsm8k/train.jsonl', 'openai/GSM-8K'), publishedResults('gsm8k').length);
  assert.equal(models('math500.jsonl'), 1);
  assert.equal(models('data/gsm8k.jsonl', 'svamp.jsonl'), 0);
  assert.equal(models('sums.jsonl'), 0);
  assert.equal(models(), 0);
});

test('a benchmark that nothing is known of is refused', () => {
  assert.throws(() => parseBenchmark('aime'), { name: 'UserError', message: /gsm8k and math500/ });
});

test('how answers are asked for names no benchmark', () => {
  const dataset = { source: 'mine.jsonl', format: 'gsm8k' } as const;
  assert.deepEqual(publishedFor([experimentSchema.parse({ model: 'm', dataset })]), []);
  const held = { source: 'mine.jsonl', test: 'hf:openai/gsm8k' };
  assert.notDeepEqual(publishedFor([experimentSchema.parse({ model: 'm', dataset: held })]), []);
});
