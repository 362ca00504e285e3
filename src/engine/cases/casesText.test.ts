import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseRewardCases, type RewardCase } from '../protocol/rewardCases.ts';
import { EMPTY_CASES_TEXT, withCase, withCases } from './casesText.ts';

const one: RewardCase = {
  name: null,
  function: 'correct',
  expected: 1,
  tolerance: 1e-6,
  row: { answer: '2' },
  prompt: '1 + 1?\n',
  completions: [{ text: 'It is 2.', tokens: 5 }],
  index: 0,
  step: null,
  isGroup: false,
  from: { run: '20260101-120000-abcd', step: 2, problem: 3, sample: 1 },
};
const other: RewardCase = { ...one, completions: [{ text: 'It is 3.', tokens: 5 }], expected: 0, from: null };

const FILE = 'reward.reward-cases.json';

/** Without the places, which every change moves. */
function casesOf(text: string): RewardCase[] {
  return parseRewardCases(text, FILE).map((placed) => {
    const { range, ...read } = placed;
    assert.equal(text[range.offset], '{');
    return read;
  });
}

test('the first case of a new file', () => {
  const { kind, text, index } = withCase(EMPTY_CASES_TEXT, FILE, one);
  assert.deepEqual([kind, index], ['added', 0]);
  assert.equal(
    text,
    EMPTY_CASES_TEXT.replace(
      '[]',
      `[
    {
      "function": "correct",
      "expected": 1,
      "row": {
        "answer": "2"
      },
      "prompt": "1 + 1?\\n",
      "completion": "It is 2.",
      "tokens": 5,
      "from": {
        "run": "20260101-120000-abcd",
        "step": 2,
        "problem": 3,
        "sample": 1
      }
    }
  ]`,
    ),
  );
});

test('a case is added once, and another expectation takes the place of the old', () => {
  const once = withCase(EMPTY_CASES_TEXT, FILE, one).text;
  assert.deepEqual(withCase(once, FILE, { ...one, from: null }), { kind: 'same', text: once, index: 0 });
  const twice = withCase(once, FILE, other);
  assert.deepEqual([twice.kind, twice.index], ['added', 1]);
  const changed = withCase(twice.text, FILE, { ...one, expected: null });
  assert.deepEqual([changed.kind, changed.index], ['changed', 0]);
  assert.deepEqual(casesOf(changed.text), [{ ...one, expected: null }, other]);
});

test('comments, tabs, line ends and trailing commas stay', () => {
  const text = [
    '// ours',
    '{',
    '\t"version": 1, // the first',
    '\t"cases": [',
    '\t\t// broken before the move',
    `\t\t{ "function": "correct", "expected": 1, "row": {}, "prompt": "", "completion": "a", "tokens": 1 },`,
    '\t],',
    '}',
    '',
  ].join('\r\n');
  const { text: added } = withCase(text, FILE, one);
  for (const kept of ['// ours', '// the first', '// broken before the move']) assert.ok(added.includes(kept), kept);
  assert.deepEqual(casesOf(added).at(-1), one);
  assert.match(added, /\r\n\t\t\{\r\n\t\t\t"function": "correct",\r\n/);
  assert.doesNotMatch(added, /[^\r]\n/);
});

test('what is added is read as it was', () => {
  const completions = fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(completions, (texts) => {
      const cases = texts.map((text): RewardCase => ({ ...one, completions: [{ text, tokens: text.length }] }));
      const text = cases.reduce((before, added) => withCase(before, FILE, added).text, EMPTY_CASES_TEXT);
      assert.deepEqual(casesOf(text), cases);
    }),
  );
});

test('a text that cannot be read is not written to', () => {
  assert.throws(() => withCase('{ "version": 1 }', FILE, one), /cases: is required/);
  assert.throws(() => withCase('{', FILE, one), /closing \} is expected/);
});

test('several at once: those that are there already are counted, and the first of them is found', () => {
  const once = withCase(EMPTY_CASES_TEXT, FILE, one).text;
  const { text, ...counts } = withCases(once, FILE, [other, one, { ...one, step: 7 }]);
  assert.deepEqual(counts, { written: 2, same: 1, first: 1 });
  assert.deepEqual(casesOf(text), [one, other, { ...one, step: 7 }]);
  assert.deepEqual(withCases(text, FILE, []), { text, written: 0, same: 0, first: 0 });
});
