import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { goldAnswer } from '../../library/extraction.ts';
import { fewShotSetNames } from '../protocol/fewShotSets.ts';
import { fewShotOf, type FewShotSource } from './fewShot.ts';
import type { DatasetRow } from './row.ts';

const train: DatasetRow[] = ['A?', 'B?', 'C?'].map((question, row) => ({
  file: 'p.jsonl',
  row,
  line: row + 1,
  columns: { question, answer: '1' },
}));
const source: FewShotSource = { train, seed: 0, read: () => assert.fail('there is no file') };
const templates = { prompt: '{question}\n', completion: '{answer}' };

test('a number is drawn from the training part, which loses them', async () => {
  const { examples, train: left } = await fewShotOf({ ...templates, fewShot: 2 }, source);
  assert.equal(examples.length, 2);
  assert.deepEqual(new Set([...examples, ...left]), new Set(train));
});

test('a named set: our own problems, which are right, and the training part stays whole', async () => {
  const row = z.strictObject({ question: z.string(), answer: z.string() });
  for (const name of fewShotSetNames) {
    const { examples, train: left, sha256 } = await fewShotOf({ ...templates, fewShot: name }, source);
    assert.equal(examples.length, Number(name.at(-1)));
    assert.deepEqual([left, sha256], [train, null]);
    for (const { columns } of examples) {
      const { question, answer } = row.parse(columns);
      assert.ok(question.endsWith('?'), question);
      // Each calculation in the solution is right, and the last one gives the answer.
      const sums = [...answer.matchAll(/([\d.]+(?: [-+*/] [\d.]*\d)+) = (\d+(?:\.\d+)?)/g)];
      assert.ok(sums.length > 0, answer);
      for (const [sum, terms = '', result] of sums) assert.equal(calculate(terms), Number(result), sum);
      assert.equal(Number(goldAnswer(answer)), Number(sums.at(-1)?.[2]), question);
    }
  }
});

test('a named set in the columns of the templates', async () => {
  const config = { prompt: 'Q: {Body}', completion: '{Solution}', fewShot: 'rlvr-cot-5' };
  const { examples } = await fewShotOf(config, source);
  assert.deepEqual(Object.keys(examples[0]?.columns ?? {}), ['Body', 'Solution']);
});

test('a file, read as the experiment reads its files', async () => {
  const read: FewShotSource['read'] = (file) => {
    assert.equal(file, 'mine.jsonl');
    return Promise.resolve({ name: file, sha256: 'abc', rows: train.slice(0, 1) });
  };
  const found = await fewShotOf({ ...templates, fewShot: 'mine.jsonl' }, { ...source, read });
  assert.deepEqual(found, { examples: train.slice(0, 1), train, sha256: 'abc' });
});

/** Terms with one kind of operation, or products before sums. */
function calculate(terms: string): number {
  return terms.split(' + ').reduce((sum, term) => sum + calculateTerm(term), 0);
}

function calculateTerm(term: string): number {
  const [first = '', ...rest] = term.split(' ');
  let value = Number(first);
  for (let index = 0; index < rest.length; index += 2) {
    const number = Number(rest[index + 1]);
    if (rest[index] === '-') value -= number;
    else if (rest[index] === '*') value *= number;
    else value /= number;
  }
  return value;
}
