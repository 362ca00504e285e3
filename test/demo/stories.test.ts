import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demonstrations } from '../../scripts/demo/demonstrator.ts';
import { demoTokenizer, problemSets } from '../../scripts/demo/problemSets.ts';
import { answerTo, type ProblemRow, type Sum } from '../../scripts/demo/stories.ts';
import { uniforms } from '../../src/engine/random/keyed.ts';

const sets = problemSets();

/** What a problem asks, read back from its words. */
function sumOf({ question, operation, telling }: ProblemRow): string {
  const [a, b] = Array.from(question.matchAll(/\d+/g), ([digits]) => digits);
  return `${operation}${telling} ${a ?? ''} ${b ?? ''}`;
}

test('no sum is both trained on and held out; a fifth of all is held out', () => {
  const trained = new Set(sets.train.map(sumOf));
  assert.deepEqual(
    sets.heldout.map(sumOf).filter((sum) => trained.has(sum)),
    [],
  );
  // 2 operations, 5 tellings, 78 pairs of numbers up to 12.
  assert.equal(sets.sums.length, 0.8 * 2 * 5 * 78);
});

test('every telling of both operations is trained on and measured', () => {
  for (const rows of [sets.train, sets.heldout])
    assert.equal(new Set(rows.map(({ operation, telling }) => `${operation}${telling}`)).size, 10);
});

test('no question comes twice, and none has words left to fill in', () => {
  for (const rows of [sets.train, sets.heldout]) {
    assert.equal(new Set(rows.map(({ question }) => question)).size, rows.length);
    assert.deepEqual(
      rows.filter(({ question }) => /[{}]|undefined/.test(question)),
      [],
    );
  }
});

test('answers are right, and no result is negative', () => {
  assert.equal(answerTo([9, 4], '+'), '9+4=13\n#### 13');
  assert.equal(answerTo([9, 9], '-'), '9-9=0\n#### 0');
  for (const { question, answer, operation } of [...sets.train, ...sets.heldout]) {
    const [a = NaN, b = NaN] = Array.from(question.matchAll(/\d+/g), Number);
    assert.equal(answer, answerTo([a, b], operation));
    assert.ok(a >= b);
  }
});

test('the demonstrator calculates right and misreads seven of ten tellings most of the time', () => {
  const sums: Sum[] = (['+', '-'] as const).flatMap((operation) =>
    [0, 1, 2, 3, 4].map((telling) => ({ operation, telling, numbers: [7, 2] as const })),
  );
  const shown = demonstrations(sums, 20_000, uniforms(0, 'shuffle'));
  const rates = new Map<string, { right: number; all: number }>();
  for (const { operation, telling, answer } of shown) {
    const right = answer === answerTo([7, 2], operation);
    assert.ok(right || answer === answerTo([7, 2], operation === '+' ? '-' : '+'));
    const rate = rates.get(`${operation}${telling}`) ?? { right: 0, all: 0 };
    rates.set(`${operation}${telling}`, { right: rate.right + Number(right), all: rate.all + 1 });
  }
  const rounded = Array.from(
    rates,
    ([telling, { right, all }]) => [telling, Math.round((10 * right) / all) / 10] as const,
  );
  const misread = rounded.filter(([, rate]) => rate < 0.5).map(([telling]) => telling);
  assert.deepEqual(misread.sort(), ['+1', '+2', '+3', '+4', '-2', '-3', '-4']);
});

test('one seed gives one problem set, tokenizer included', () => {
  const again = problemSets();
  assert.deepEqual(again, sets);
  assert.deepEqual(demoTokenizer(again), demoTokenizer(sets));
});
