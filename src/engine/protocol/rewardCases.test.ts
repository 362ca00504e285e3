import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseRewardCases, RewardCasesError, rewardCasesSchemaText, writtenCase } from './rewardCases.ts';

const one = {
  function: 'correct',
  expected: 1,
  row: { question: '1 + 1?', answer: '2' },
  prompt: '1 + 1?\n',
  completion: 'It is 2.',
  tokens: 5,
};
const group = {
  function: 'shortest',
  expected: null,
  row: {},
  prompt: '',
  group: [
    { completion: 'a', tokens: 1 },
    { completion: 'bb', tokens: 2 },
  ],
  index: 1,
};

function parse(...cases: readonly object[]) {
  return parseRewardCases(JSON.stringify({ version: 1, cases }), 'reward.reward-cases.json');
}

/** The lines of the error that a text ends in. */
function errorsOf(text: string): string[] {
  try {
    parseRewardCases(text, 'r.json');
  } catch (error) {
    if (error instanceof RewardCasesError) return error.message.split('\n');
    throw error;
  }
  return assert.fail('the cases were accepted');
}

function errorsWith(...cases: readonly object[]): string[] {
  return errorsOf(JSON.stringify({ version: 1, cases })).map((line) => line.replace(/^r\.json:1:\d+ {2}/, ''));
}

test('a completion and a group are read, with their places', () => {
  const text = `// what was wrong once
{
  "version": 1,
  "cases": [
    ${JSON.stringify(one)}, // right
    ${JSON.stringify({ ...group, name: 'second', tolerance: 0.5 })},
  ],
}`;
  const [first, second] = parseRewardCases(text, 'r.json');
  assert.deepEqual(first, {
    name: null,
    function: 'correct',
    expected: 1,
    tolerance: 1e-6,
    row: one.row,
    prompt: one.prompt,
    step: null,
    completions: [{ text: 'It is 2.', tokens: 5 }],
    index: 0,
    isGroup: false,
    from: null,
    range: { offset: text.indexOf('{"function"'), length: 1 },
  });
  assert.equal(second?.name, 'second');
  assert.equal(second.expected, null);
  assert.equal(second.tolerance, 0.5);
  assert.deepEqual(
    [second.index, second.isGroup, second.completions.map(({ text: own }) => own)],
    [1, true, ['a', 'bb']],
  );
  assert.equal(second.range.offset, text.indexOf('{"function":"shortest"'));
});

test('what is written is what was read', () => {
  const named = { name: 'kept', ...one, step: 2, tolerance: 0.1, from: { run: 'r', step: 2, problem: 3, sample: 0 } };
  for (const written of [one, group, named]) assert.deepEqual(parse(written).map(writtenCase), [written]);
});

test('what is wrong is said with its line', () => {
  const [wrongType] = errorsOf('{\n  "version": 1,\n  "cases": [{ "function": 3 }]\n}');
  assert.equal(wrongType, 'r.json:3:15  cases[0].function: must be text in quotes, not 3');
  assert.match(errorsOf('')[0] ?? '', /^r\.json:1:1 {2}this is empty\. A file of cases is \{ "version": 1/);
  assert.match(errorsOf('{"version": 1, "cases": [')[0] ?? '', /a closing ] is expected here/);
  assert.deepEqual(errorsOf('[]'), ['r.json:1:1  the file: must be an object in braces, not []']);
  assert.deepEqual(errorsOf('{"version": 2, "cases": []}'), ['r.json:1:2  version: must be 1, not 2']);
});

test('a key that is not known has a near one, or those that are', () => {
  assert.deepEqual(errorsWith({ ...one, expcted: 1 }), ['unknown key `expcted` in cases[0]; did you mean `expected`?']);
  assert.deepEqual(errorsWith({ ...one, from: { run: 'r', step: 1, problem: 1, sample: 1, zzz: 1 } }), [
    'unknown key `zzz` in cases[0].from; known here: run, step, problem, sample',
  ]);
});

test('a case is about one completion, or one of a group', () => {
  const { completion, tokens, ...bare } = one;
  assert.deepEqual(errorsWith(bare), [
    'cases[0].completion: is required, or `group` in its place',
    'cases[0].tokens: is required beside `completion`; it must be an integer',
  ]);
  assert.deepEqual(errorsWith({ ...one, index: 0 }), ['cases[0].index: belongs to `group`, which this case has not']);
  assert.deepEqual(errorsWith({ ...group, completion, tokens, index: 2 }), [
    'cases[0].completion: stands beside `group`; keep one of them',
    'cases[0].tokens: stands beside `group`, whose completions have their own',
    'cases[0].index: must be less than 2, the size of the group',
  ]);
  assert.deepEqual(errorsWith({ ...group, index: undefined }), [
    'cases[0].index: is required beside `group`; it must be an integer',
  ]);
});

test('an error may be expected, and no other word', () => {
  const [parsed] = parseRewardCases(JSON.stringify({ version: 1, cases: [{ ...one, expected: 'error' }] }), 'file');
  assert.equal(parsed?.expected, 'error');
  assert.deepEqual(errorsWith({ ...one, expected: 'fails' }), [
    'cases[0].expected: must be a number or "error" or null, not "fails"',
  ]);
});

test('the same input twice is one too many, whatever is expected', () => {
  const reordered = { ...one, expected: 0, row: { answer: '2', question: '1 + 1?' } };
  assert.deepEqual(errorsWith(one, group, reordered), ['cases[2]: is the same as cases[0]; keep one of them']);
  assert.equal(parse(one, { ...one, function: 'format' }).length, 2);
  assert.equal(parse(group, { ...group, index: 0 }).length, 2);
  assert.equal(parse(one, { ...one, step: 3 }, { ...one, step: 4 }).length, 3);
});

test('the JSON schema of the editor is that of the parser', () => {
  const committed = readFileSync(new URL('../../../media/reward-cases.schema.json', import.meta.url), 'utf8');
  assert.equal(committed, rewardCasesSchemaText(), 'run `npm run make-schema`');
});
