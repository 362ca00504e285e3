/** Where a completion ends, and what is its text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TokenEnds } from '../../src/engine/model/tokenEnds.ts';
import { Tokenizer } from '../../src/engine/model/tokenizer.ts';
import type { Completion } from '../../src/engine/protocol/completion.ts';
import { GrowingCompletion, type StopRules } from '../../src/engine/rollout/growingCompletion.ts';
import { demoTokenizer } from '../support/tokenizers.ts';

const tokenizer = await Tokenizer.load(demoTokenizer);
const ends = new TokenEnds(tokenizer);
const KEY = { step: 1, problem: 2, occurrence: 0, round: 0, sample: 3 };
const EOS = 1;

/** Feeds tokens until one ends the completion; the i-th has the log-probabilities -i and -2i, and the entropy i. */
function complete(tokens: Iterable<number>, rules: Partial<StopRules> = {}, limit = 100): Completion | null {
  const all = { eosTokenIds: new Set([EOS]), stopTokens: new Set<number>(), stop: [], ...rules };
  const growing = new GrowingCompletion(KEY, limit, all, tokenizer, ends);
  for (const token of tokens) {
    const position = growing.length;
    const completion = growing.push({
      token,
      logprob: -position,
      sampledLogprob: -2 * position,
      entropy: position,
    });
    if (completion) return completion;
  }
  return null;
}

test('the end of sequence is the last token and none of the text', () => {
  const tokens = tokenizer.encode('9+1=10\n#### 10<|end|>');
  const completion = complete([...tokens, 5, 6]);
  assert.deepEqual(completion, {
    key: KEY,
    tokens,
    logprobs: Float32Array.from(tokens, (_, i) => -i),
    sampledLogprobs: Float32Array.from(tokens, (_, i) => -2 * i),
    entropies: Float32Array.from(tokens, (_, i) => i),
    tokenEnds: ends.of([...tokens], '9+1=10\n#### 10'),
    text: '9+1=10\n#### 10',
    stopReason: 'eos',
  });
});

test('a stop token ends a completion as the end of sequence does', () => {
  const tokens = tokenizer.encode('9+1\n#### 10');
  const newline = tokens[3] ?? NaN;
  assert.equal(tokenizer.decode([newline]), '\n');
  const completion = complete(tokens, { stopTokens: new Set([newline]) });
  assert.equal(completion?.stopReason, 'stop');
  assert.deepEqual(completion.tokens, tokens.slice(0, 4));
  assert.equal(completion.text, '9+1');
  assert.deepEqual([...completion.tokenEnds], [1, 2, 3, 3]);
});

test('an end of sequence that is also a stop token counts as the end of sequence', () => {
  assert.equal(complete([5, EOS], { stopTokens: new Set([EOS]) })?.stopReason, 'eos');
});

test('a stop string over several tokens keeps the token that completes it, and the text ends before it', () => {
  const tokens = tokenizer.encode('9+1=10\n#### 10');
  const stop = '10\n##';
  const completion = complete(tokens, { stop: ['never', stop] });
  assert.equal(completion?.stopReason, 'stop');
  assert.equal(completion.text, '9+1=');
  const kept = tokenizer.decode(completion.tokens);
  assert.ok(kept.includes(stop));
  assert.ok(!tokenizer.decode(completion.tokens.slice(0, -1)).includes(stop));
  // Of the tokens of the stop string, none reaches beyond the text.
  assert.deepEqual([...completion.tokenEnds], [1, 2, 3, 4, ...Array.from(completion.tokens.slice(4), () => 4)]);
});

test('at the limit a completion is cut, and a stop there still counts as one', () => {
  const tokens = tokenizer.encode('9+1=10');
  assert.equal(complete(tokens, {}, 3)?.stopReason, 'length');
  assert.equal(complete(tokens, {}, 3)?.text, '9+1');
  assert.equal(complete(tokens, { stop: ['1'] }, 3)?.stopReason, 'stop');
  assert.equal(complete([5, 6, EOS], {}, 3)?.stopReason, 'eos');
});

test('special tokens within a completion have no text', () => {
  const completion = complete([...tokenizer.encode('9+'), 0, ...tokenizer.encode('1'), EOS]);
  assert.equal(completion?.text, '9+1');
});
