import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSweepFile, SweepFileError } from './sweepFile.ts';

test('what a file says, with what it leaves out', () => {
  const text = `{
    // The usual two.
    "experiment": "demo.rlvr.json",
    "grid": { "optimizer.learningRate": [1e-4, 3e-4] },
  }`;
  assert.deepEqual(parseSweepFile(text, 'demo.sweep.json'), {
    name: null,
    experiment: 'demo.rlvr.json',
    set: {},
    grid: { 'optimizer.learningRate': [1e-4, 3e-4] },
    list: [],
    seeds: 1,
  });
  assert.equal(parseSweepFile('{"experiment": "a.rlvr.json", "seeds": 3}', 'a.sweep.json').seeds, 3);
});

const wrong: readonly (readonly [name: string, text: string, message: RegExp])[] = [
  ['a mistyped key', '{"experiment": "a", "gird": {}}', /a:1:21 {2}unknown key `gird`; did you mean `grid`\?/],
  [
    'an empty list of values',
    '{"experiment": "a", "grid": {"full": []}}',
    /a:1:30 {2}grid\.full: must be a list of at/,
  ],
  ['no experiment', '{"seeds": 2}', /experiment: is required/],
  ['nothing varied', '{"experiment": "a"}', /nothing is varied: give a `grid`/],
  ['an entry twice', '{"experiment":"a","grid":{"lora":[{}],"lora.rank":[1]}}', /one is within the other/],
  ['no path', '{"experiment":"a","set":{"a..b":1},"seeds":2}', /"a\.\.b" is no path/],
  ['no JSON', '{"experiment"', /a:1:\d+ /],
];
for (const [name, text, message] of wrong)
  test(`${name} is an error with its place`, () => {
    assert.throws(
      () => parseSweepFile(text, 'a'),
      (error) => error instanceof SweepFileError && message.test(error.message),
    );
  });
