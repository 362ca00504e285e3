import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../protocol/errors.ts';
import { builtinRewards } from '../protocol/builtinRewards.ts';
import { builtins, prepareBuiltin } from './builtins.ts';

interface Case {
  readonly reward: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly completion?: string;
  readonly tokens?: number;
  readonly row?: Readonly<Record<string, unknown>>;
  readonly score: number;
}

const gsmRow = { question: 'How many?', answer: 'He has <<48/2=24>>24.\n#### 1,072' };
const overlong = { maxLength: 100, cache: 20 };
const brief = { target: 10, limit: 30 };

const cases: readonly Case[] = [
  { reward: 'gsm8k', completion: 'So\n#### 1072', row: gsmRow, score: 1 },
  { reward: 'gsm8k', completion: 'So\n#### 1,072', row: gsmRow, score: 1 },
  { reward: 'gsm8k', completion: 'So\n#### 1073', row: gsmRow, score: 0 },
  { reward: 'gsm8k', completion: 'So 1072', row: gsmRow, score: 0 },
  { reward: 'gsm8k', options: { rule: 'tulu' }, completion: 'So 1072', row: gsmRow, score: 1 },
  { reward: 'gsm8k', options: { rule: 'boxed' }, completion: '\\boxed{1072.0}', row: gsmRow, score: 1 },
  { reward: 'gsm8k', options: { answerColumn: 'target' }, completion: '#### 7', row: { target: 7 }, score: 1 },

  { reward: 'finalNumber', completion: '9+1=10\n#### 10', row: { answer: '9+1=10\n#### 10' }, score: 1 },
  { reward: 'finalNumber', completion: '#### 7 #### 10.0 ', row: { answer: '10' }, score: 1 },
  { reward: 'finalNumber', completion: '#### 10 #### 7', row: { answer: '10' }, score: 0 },
  { reward: 'finalNumber', completion: '10', row: { answer: '10' }, score: 0 },
  { reward: 'finalNumber', completion: '#### ', row: { answer: '#### ' }, score: 0 },

  { reward: 'format', completion: '<think>\na\n</think>\n<answer>5</answer>', score: 1 },
  { reward: 'format', completion: '<think>a</think><answer>5</answer> more', score: 0 },
  { reward: 'format', completion: '<think>a<think></think><answer>5</answer>', score: 0 },
  { reward: 'format', completion: 'a\n#### -1,072.5\n', score: 1 },
  { reward: 'format', completion: 'a #### 5', score: 0 },
  { reward: 'format', completion: '#### 5\nQuestion: b', score: 0 },
  { reward: 'format', options: { pattern: '^yes$' }, completion: 'yes', score: 1 },
  { reward: 'format', options: { pattern: '^yes$' }, completion: '#### 5', score: 0 },

  { reward: 'length', options: brief, tokens: 0, score: 1 },
  { reward: 'length', options: brief, tokens: 10, score: 1 },
  { reward: 'length', options: brief, tokens: 15, score: 0.75 },
  { reward: 'length', options: brief, tokens: 30, score: 0 },
  { reward: 'length', options: brief, tokens: 99, score: 0 },

  { reward: 'repetitionPenalty', completion: 'a b c d e', score: 0 },
  { reward: 'repetitionPenalty', completion: 'a b', score: 0 },
  { reward: 'repetitionPenalty', completion: '', score: 0 },
  // a b c, b c a, c a b, a b c: three of four are distinct.
  { reward: 'repetitionPenalty', completion: 'A b\nc a  b c', score: -0.25 },
  { reward: 'repetitionPenalty', options: { ngram: 1, maxPenalty: -2 }, completion: 'no no no no', score: -1.5 },

  { reward: 'softOverlong', options: overlong, tokens: 80, score: 0 },
  { reward: 'softOverlong', options: overlong, tokens: 85, score: -0.25 },
  { reward: 'softOverlong', options: overlong, tokens: 100, score: -1 },
  { reward: 'softOverlong', options: overlong, tokens: 101, score: -1 },
];

for (const { reward, options = {}, completion = '', tokens = 5, row = {}, score } of cases) {
  test(`${reward} ${JSON.stringify(options)}: ${JSON.stringify(completion)}, ${tokens} tokens gives ${score}`, () => {
    const value = prepareBuiltin(
      reward,
      options,
    )({ ...row, completion, prompt: 'p', completionTokens: tokens, step: null, index: 0, options });
    assert.equal(value, score);
  });
}

test('random says 1 as often as it is told, by chance and yet the same again', () => {
  const half = prepareBuiltin('random', {});
  const input = (step: number, index: number): Parameters<typeof half>[0] => ({
    completion: 'c',
    prompt: 'p',
    completionTokens: 1,
    step,
    index,
    options: {},
  });
  const at = (step: number): unknown[] => Array.from({ length: 1000 }, (_, index) => half(input(step, index)));
  const ones = at(1).filter((value) => value === 1).length;
  assert.ok(ones > 440 && ones < 560, String(ones));
  assert.ok(at(1).every((value) => value === 0 || value === 1));
  assert.deepEqual(at(1), at(1));
  assert.notDeepEqual(at(1), at(2));
  assert.equal(prepareBuiltin('random', { probability: 1 })(input(1, 0)), 1);
  const other = prepareBuiltin('random', { seed: 1 });
  const agree = at(1).filter((value, index) => value === other(input(1, index))).length;
  assert.ok(agree > 440 && agree < 560, `another seed is another chance: ${agree}`);
});

const refused: readonly (readonly [string, Readonly<Record<string, unknown>>, RegExp])[] = [
  ['gsm8', {}, /no built-in reward "gsm8"; did you mean "gsm8k"\?.*add "file"/s],
  ['toString', {}, /no built-in reward "toString"\. Built in are gsm8k, /],
  ['gsm8k', { rule: 'strict' }, /Reward "gsm8k": options: rule: .*"verl-strict"/],
  ['gsm8k', { rulee: 'openai' }, /rulee.*Known options: rule, answerColumn/],
  ['format', { pattern: '(' }, /Reward "format": options: pattern: .*regular expression/i],
  ['length', { target: 5 }, /limit/],
  ['length', { target: 5, limit: 5 }, /limit \(5\) must be greater than target \(5\)/],
  ['softOverlong', { maxLength: 10, cache: 20 }, /cache \(20\) must be at most maxLength \(10\)/],
  ['repetitionPenalty', { maxPenalty: 1 }, /maxPenalty/],
  ['random', { probability: 2 }, /probability/],
];

for (const [name, options, message] of refused) {
  test(`${name} ${JSON.stringify(options)} is refused`, () => {
    assert.throws(
      () => prepareBuiltin(name, options),
      (error) => error instanceof UserError && message.test(error.message),
    );
  });
}

test('a missing answer column says which columns there are', () => {
  const input = {
    question: 'q',
    completion: '#### 1',
    prompt: 'p',
    completionTokens: 1,
    step: null,
    index: 0,
    options: {},
  };
  assert.throws(() => prepareBuiltin('gsm8k', {})(input), /column "answer".*question/);
});

test('the protocol lists the built-in rewards, with options to begin with that are accepted', () => {
  assert.deepEqual([...builtins.keys()], Object.keys(builtinRewards));
  for (const [name, { required, readsAnswer }] of Object.entries(builtinRewards)) {
    assert.equal(typeof prepareBuiltin(name, required), 'function');
    assert.equal(builtins.get(name)?.options.includes('answerColumn'), readsAnswer, name);
    for (const option of Object.keys(required)) {
      const others = Object.fromEntries(Object.entries(required).filter(([key]) => key !== option));
      assert.throws(() => prepareBuiltin(name, others), UserError, `${name} does without ${option}`);
    }
  }
});
