import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SEQUENCE_WORDS, wordSequences } from './ngrams.ts';
import {
  indexOf,
  indexParts,
  leaksAmong,
  leakWarnings,
  MOST_HOLDERS,
  wantedOf,
  type Leak,
  type LeakPart,
  type PartQuestions,
} from './overlap.ts';

const part = (name: LeakPart, ...texts: readonly string[]): PartQuestions => ({
  part: name,
  questions: texts.map((text, row) => ({ row: 10 + row, question: { text } })),
});

const findLeaks = (parts: readonly PartQuestions[]): Leak[] => indexParts([parts]).flatMap(leaksAmong);

const STORY =
  'Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May. How many clips did Natalia sell altogether in April and May?';
const RETOLD = STORY.replace('Natalia sold clips', 'Olga sold clips');
const OTHER =
  'Weng earns 12 dollars an hour for babysitting. Yesterday, she just did 50 minutes of babysitting. How much did she earn?';

test('counts, per pair of parts, the problems of the later part that ask the same', () => {
  const leaks = findLeaks([
    part('train', 'One?', 'Two?', 'Two?'),
    part('validation', 'two ?', ' TWO?\n', 'Three?'),
    part('test', 'Three?', 'One?', 'Four?', 'Five?'),
  ]);
  assert.deepEqual(
    leaks.map(({ part: later, from, total, same, near }) => [later, from, total, same, near]),
    [
      ['validation', 'train', 3, [{ row: 11, of: 11, share: 1 }], []],
      ['test', 'train', 4, [{ row: 11, of: 10, share: 1 }], []],
      ['test', 'validation', 4, [{ row: 10, of: 12, share: 1 }], []],
    ],
  );
  assert.match(leakWarnings(leaks)[0] ?? '', /^1 of 3 validation problems ask the same as a train problem: .*memory/);
});

test('a problem that is told again in nearly the same words is near, with how near', () => {
  const [leak, ...more] = findLeaks([part('train', OTHER, STORY), part('test', 'A third one?', RETOLD)]);
  assert.deepEqual(more, []);
  assert.deepEqual(leak?.same, []);
  const [near, ...others] = leak.near;
  assert.deepEqual(others, []);
  assert.deepEqual([near?.row, near?.of], [11, 11]);
  const sequences = wordSequences(RETOLD.toLowerCase());
  const known = wordSequences(STORY.toLowerCase());
  assert.equal(near?.share, [...sequences].filter((sequence) => known.has(sequence)).length / sequences.size);
  assert.ok(near.share > 0.9 && near.share < 1);
  assert.match(
    leakWarnings([leak])[0] ?? '',
    /^1 of 2 test problems nearly repeat a train problem .*such as row 11 and row 11\.$/,
  );
});

test('a shared phrase is no repetition', () => {
  const phrase = 'How many apples does she have left at the end of the day?';
  const question = (about: string): string =>
    `${about} is something that nobody has ever asked before in any of these many parts. ${about} counts. ${phrase}`;
  assert.deepEqual(
    findLeaks([part('train', question('Ann')), part('test', `${question('Bo').slice(0, 40)} ${phrase}`)]),
    [],
  );
});

test('worked examples in the prompt give problems away too', () => {
  const [leak] = findLeaks([part('few-shot', STORY), part('validation', STORY)]);
  assert.match(leakWarnings(leak === undefined ? [] : [leak])[0] ?? '', /same as a few-shot example/);
});

test('is silent where nothing overlaps, repetitions within a part included', () => {
  assert.deepEqual(
    findLeaks([part('train', 'One?', 'One?', STORY, RETOLD), part('validation', OTHER), part('test')]),
    [],
  );
});

test('of what most problems have in common only the first holders are noted, so that all takes a time in proportion', () => {
  const many = Array.from({ length: 300 }, (_, index) => `${index} ${STORY}`);
  const [leak] = findLeaks([part('train', ...many), part('test', ...many.map((text) => `${text} Or so.`))]);
  assert.equal(leak?.near.length, 300);
  assert.ok(leak.near.every(({ of }) => of < 10 + MOST_HOLDERS));
});

test('of a large training part only what a later part asks for is kept', () => {
  const many = Array.from({ length: 500 }, (_, index) => STORY.replaceAll(' ', ` ${index}`));
  const held = part('test', RETOLD);
  const { byText, bySequence } = indexOf(part('train', ...many, STORY), wantedOf([held]));
  assert.equal(byText.size, 0);
  assert.ok(bySequence.size <= wordSequences(RETOLD.toLowerCase()).size);
  assert.ok([...bySequence.values()].every((holders) => holders.length === 1));
});

test('sequences are the words in their order, whatever stands between them', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'ü', '7', 'word'), { minLength: SEQUENCE_WORDS, maxLength: 20 });
  fc.assert(
    fc.property(words, (list) => {
      const sequences = wordSequences(list.join(' '));
      assert.deepEqual(wordSequences(`${list.join(', ')}!`), sequences);
      const different = new Set(
        list.slice(SEQUENCE_WORDS - 1).map((_, start) => list.slice(start, start + SEQUENCE_WORDS).join(' ')),
      );
      assert.equal(sequences.size, different.size);
    }),
  );
  assert.equal(wordSequences('one two three four five six seven').size, 0);
});
