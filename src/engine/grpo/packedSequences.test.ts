import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { packDropoutKeys, packSequences } from './packedSequences.ts';
import type { SequenceRow } from './sharedPrompts.ts';
import { countComputed } from './tokenList.ts';

const tokens = fc.array(fc.nat(9), { minLength: 1, maxLength: 6 });
/** Few problems and few prompts, so that some are shared, and some problems have several. */
const row = fc
  .record({ problem: fc.nat(2), prompt: fc.constantFrom([1], [1, 2, 3], [4, 5]), tokens, sample: fc.nat(9) })
  .map(({ problem, prompt, sample, ...rest }): SequenceRow => ({
    key: { step: 7, problem, occurrence: 0, round: 0, sample },
    prompt: Int32Array.from(prompt),
    tokens: Int32Array.from(rest.tokens),
  }));
const batch = fc.array(row, { minLength: 1, maxLength: 8 });

/** The inputs as plain numbers. */
function feedsOf(rows: readonly SequenceRow[]) {
  const feeds = packSequences(rows, 1);
  return (name: string): number[] => Array.from(feeds[name]?.data ?? assert.fail(name), Number);
}

/** The sequence that ends in a token, first token first, as attention sees it: its prompt's block, and its own part of the other. */
function sequenceBehind(index: number, rows: readonly SequenceRow[]): number[] {
  const feeds = packSequences(rows, 1);
  const numbers = feedsOf(rows);
  const [, promptTime = 0] = feeds['prompt_tokens']?.dims ?? [];
  const [, width = 0, time = 0] = feeds['completion_tokens']?.dims ?? [];
  const [list, places] = [numbers('tokens'), numbers('places')];
  const promptPlaces = numbers('prompt_tokens').length;
  const place = places[index] ?? NaN;
  const read = (block: string, start: number, count: number): number[] =>
    numbers(block)
      .slice(start, start + count)
      .map((at) => list[at] ?? NaN);
  if (place < promptPlaces) {
    const start = place - (place % promptTime);
    return read('prompt_tokens', start, place - start + 1);
  }
  const own = place - promptPlaces;
  const start = own - (own % time);
  const prompt = Math.floor(own / (width * time));
  const length = numbers('prompt_lengths')[prompt] ?? 0;
  return [...read('prompt_tokens', prompt * promptTime, length), ...read('completion_tokens', start, own - start + 1)];
}

describe('a packed batch', () => {
  test('predicts every token of a completion from what comes before it, and nothing else', () => {
    fc.assert(
      fc.property(batch, (rows) => {
        const numbers = feedsOf(rows);
        const predicted = numbers('predicting').map((state, index) => [
          ...sequenceBehind(numbers('states')[state] ?? NaN, rows),
          numbers('targets')[index],
        ]);
        const expected = rows.flatMap(({ prompt, tokens: completion }) =>
          Array.from(completion, (_, last) => [...prompt, ...completion.slice(0, last + 1)]),
        );
        assert.deepEqual(predicted, expected);
      }),
    );
  });

  test('holds each shared prompt once and no padding, each token at its own place and position', () => {
    fc.assert(
      fc.property(batch, (rows) => {
        const numbers = feedsOf(rows);
        const prompts = new Map(rows.map(({ key, prompt }) => [`${key.problem} ${prompt.join()}`, prompt.length]));
        const inPrompts = [...prompts.values()].reduce((sum, length) => sum + length, 0);
        const count = rows.reduce((sum, one) => sum + one.tokens.length - 1, inPrompts);
        assert.equal(numbers('tokens').length, count);
        assert.equal(countComputed(rows), count);
        assert.equal(new Set(numbers('places')).size, count);
        assert.deepEqual(
          numbers('positions'),
          numbers('tokens').map((_, index) => sequenceBehind(index, rows).length - 1),
        );
      }),
    );
  });

  test('says where each token is, both ways', () => {
    fc.assert(
      fc.property(batch, (rows) => {
        const numbers = feedsOf(rows);
        const byPlace = [...numbers('prompt_tokens'), ...numbers('completion_tokens')];
        assert.deepEqual(
          numbers('places').map((place) => byPlace[place]),
          numbers('tokens').map((_, index) => index),
        );
        assert.equal(byPlace.filter((index) => index !== -1).length, numbers('tokens').length);
        const states = numbers('states');
        assert.deepEqual(
          numbers('origins').flatMap((state, index) => (state === -1 ? [] : [[state, index]])),
          states.map((index, state) => [state, index]).toSorted(([, a = 0], [, b = 0]) => a - b),
        );
      }),
    );
  });
});

test('a token has the same dropout key in whatever batch, a prompt that of its problem', () => {
  fc.assert(
    fc.property(batch, fc.nat(3), (rows, iteration) => {
      const keysOf = (some: readonly SequenceRow[]): number[] =>
        Array.from(packDropoutKeys(some, 5, iteration).data, Number);
      const all = keysOf(rows);
      const predicting = feedsOf(rows)('predicting');
      const states = feedsOf(rows)('states');
      let next = 0;
      for (const one of rows) {
        const alone = keysOf([one]);
        const known = Array.from(one.tokens, () => all[states[predicting[next++] ?? NaN] ?? NaN]);
        assert.deepEqual(known, alone.slice(one.prompt.length - 1));
      }
    }),
  );
});
