/** What a completion of a server may take. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SHORT_ANSWER } from '../../reward/services/apiClient.ts';
import { answerLimits } from './answerLimits.ts';

test('a server that works one request after another has the time for all that are under way', () => {
  const [one, eight] = [answerLimits(1024, 1), answerLimits(1024, 8)];
  assert.equal(eight.timeoutMs, 8 * one.timeoutMs);
  // 8 completions of 1,024 tokens at 5 tokens a second.
  assert.ok(eight.timeoutMs > (8 * 1024 * 1000) / 5);
  assert.ok(one.timeoutMs > SHORT_ANSWER.timeoutMs);
});

test('a timer can count that far', () => {
  assert.ok(answerLimits(1_000_000, 1000).timeoutMs < 2 ** 31);
});

test('log-probabilities of every token have room', () => {
  assert.equal(answerLimits(0, 8).maxBytes, SHORT_ANSWER.maxBytes);
  const token = JSON.stringify({
    token: ' tokenization',
    logprob: -12.345678901234567,
    bytes: [...Buffer.from(' tokenization')],
    top_logprobs: [],
  });
  assert.ok(answerLimits(32_768, 8).maxBytes > 32_768 * token.length * 2);
});
